// The programs that are compared, each as a new machine before its first tick.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { luaProgram, SourcesMissing } from '../../bench/programs/lua.ts'
import type { EngineName, Vac } from '../../src/vac.ts'
import { beginStep } from '../programs/begin.ts'
import { caseNamed, filesOf, langs, programFile } from '../programs/cases.ts'
import { treeOf } from '../programs/files.ts'
import { newShell, type Written } from '../sqlite/machine.ts'
import { scriptPath } from '../sqlite/shell.ts'

/** A short run makes so many `stops` in each variant; of a `large` program in the plain one. */
export const programs = [
  { name: 'CPython', stops: 20, large: false },
  { name: 'QuickJS', stops: 20, large: false },
  { name: 'SQLite', stops: 20, large: false },
  { name: 'Lua', stops: 20, large: false },
  { name: 'Ruby', stops: 20, large: true },
  { name: 'clang', stops: 10, large: true },
] as const

/** Recursion, blocks, exceptions, texts, hashes and big integers. */
const ruby = `
def depth(n) = n == 0 ? 0 : 1 + depth(n - 1)
def fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)
class Refused < StandardError; end
def checked(n)
  raise Refused, n.to_s if n % 3 == 0
  n
rescue Refused => error
  -error.message.to_i
end
puts depth(150), fib(15), (1..60).sum { |n| checked(n) }
words = "the quick brown fox jumps over the lazy dog " * 20
counts = words.split.tally.sort_by { |word, count| [-count, word] }
puts counts.inspect, 2 ** 300, [3, 1, 2].sort.map { |n| n.to_s(2) }.join(",")
memo = Hash.new { |hash, n| hash[n] = n < 2 ? n : hash[n - 1] + hash[n - 2] }
puts memo[60], [1.5, 0.1 + 0.2, 1.0 / 0].inspect
def walk(tree) = tree.is_a?(Array) ? tree.sum { |part| walk(part) } : tree
puts walk([1, [2, [3, [4, [5, 6]], 7]], [[8]]])
`

/** Calls nested in the host's stack; then the bench's tables, coroutines and caught errors. */
const lua = `
local function nested(n)
  if n == 0 then return 0 end
  local _, found = pcall(nested, n - 1)
  return found + 1
end
for n = 1, 20 do nested(150) end
`

const luaBenchPath = join(import.meta.dirname, '../../bench/programs/work.lua')

type Make = (written: Written, engine: EngineName) => Promise<Vac>

const newCase =
  (name: string): Make =>
  (written, engine) => {
    const entry = caseNamed(name)
    const top = filesOf(entry)
    const [step] = entry.steps
    return beginStep(step, readFileSync(programFile(step, top)), treeOf(top), written, engine)
  }

const makes: Readonly<Record<(typeof programs)[number]['name'], Make>> = {
  CPython: newCase('CPython'),
  QuickJS: newCase('QuickJS'),
  clang: newCase('clang'),
  SQLite: (written, engine) => newShell(written, scriptPath, engine),
  Ruby: (written, engine) => {
    const step = { program: 'ruby-3.2.0.wasm', args: ['ruby', '-e', ruby] }
    return beginStep(step, readFileSync(join(langs, step.program)), [], written, engine)
  },
  Lua: async (written, engine) => {
    const step = { program: 'lua', args: ['lua', '1'] }
    const input = Buffer.concat([Buffer.from(lua), readFileSync(luaBenchPath)])
    return beginStep(step, await luaProgram(), [], written, engine, input)
  },
}

export function newProgram(name: string, written: Written, engine: EngineName): Promise<Vac> {
  return makes[name as keyof typeof makes](written, engine)
}

/** Why a program cannot be compared here; null: it can. */
export async function whyMissing(name: string): Promise<string | null> {
  if (name !== 'Lua') return null
  try {
    await luaProgram()
    return null
  } catch (error) {
    if (error instanceof SourcesMissing) return error.message
    throw error
  }
}
