// VAC as a library: load a program, call it, read and write its memory, name its state, continue it
// elsewhere. Run it: node examples/library.ts
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadProgram, Vac } from '../src/vac.ts'

const text = readFileSync(join(import.meta.dirname, 'sieve.vasm'))
const program = await loadProgram(text, 'sieve.vasm')

// A computer with one program in it, which may use nothing but what it computes with.
const vac = new Vac({ grants: ['console'] })
const sieve = vac.instantiate(program)

// Call an export. Numbers are i32 and floats, bigints are i64.
const result = sieve.call('count_primes', 1000)
assert.deepEqual(result, { status: 'returned', values: [168] })
console.log(`168 primes below 1000, counted in ${vac.ticks} instructions`)

// The same call on another computer comes to the same instruction count and the same hash.
const twin = new Vac({ grants: ['console'] })
twin.instantiate(program).call('count_primes', 1000)
assert.equal(twin.root(), vac.root())
console.log(`root ${vac.root()}`)

// Stop in the middle, save, and go on in a third computer.
sieve.begin('count_primes', 60_000)
vac.run(100_000)
const saved = vac.save()
console.log(`${saved.length} bytes hold the machine at tick ${vac.ticks}`)
const third = Vac.restore(saved, { grants: ['console'] })
third.run()
vac.run()
assert.equal(third.root(), vac.root())
console.log(`both come to tick ${third.ticks} and to one root`)

// Memory is read and written from outside; a write is a recorded input. A 1 marks what is not
// prime.
const memory = third.memory(0)
assert.equal(memory.read(4, 1)[0], 1)
memory.write(4, Uint8Array.of(0))
assert.notEqual(third.root(), vac.root())
console.log('one byte more or less is another machine, with another root')
