// The runner itself: what passes in the suite must not pass with a wrong expectation.
import assert from 'node:assert/strict'
import test from 'node:test'
import { runScript } from './runner.ts'
import { type Command, loadScripts, type Script } from './script.ts'

const scripts = loadScripts()
const skip = scripts === null ? 'GAP: no ../shared/suites/wasm-spec/wasm-3.0.tar.gz here' : false

const find = (folder: string, name: string): Script =>
  scripts?.find((script) => script.folder === folder && script.name === name) as Script

/** Failures per command type, once every command of that type was changed. */
function failures(script: Script, type: string, change: (command: Command) => Command): number[] {
  const commands = script.commands.map((one) => (one.type === type ? change(one) : one))
  const verdicts = runScript({ ...script, commands }, 'stepper')
  const changed = verdicts.filter(({ command }) => command.type === type)
  assert.ok(changed.length > 0, `${script.name} has ${type}`)
  return [changed.length, changed.filter(({ failure }) => failure !== null).length]
}

const flip = (command: Command): Command => ({
  ...command,
  expected: (command.expected ?? []).map((value) => {
    if (Array.isArray(value.value)) {
      const lanes = value.value.map((lane) =>
        lane.startsWith('nan') ? '0' : `${BigInt(lane) ^ 1n}`,
      )
      return { ...value, value: lanes }
    }
    const plain = value.value as string
    return { ...value, value: plain.startsWith('nan') ? '0' : `${BigInt(plain) ^ 1n}` }
  }),
})

for (const [folder, name] of [
  ['core', 'i32'],
  ['core', 'i64'],
  ['core', 'f32'],
  ['core', 'f64'],
  ['simd', 'simd_i8x16_arith'],
  ['simd', 'simd_f32x4_arith'],
]) {
  test(`a flipped result bit fails every assert_return of ${folder}/${name}`, { skip }, () => {
    const [all, failed] = failures(find(folder, name), 'assert_return', flip)
    assert.equal(failed, all)
  })
}

for (const [name, type, text] of [
  ['i32', 'assert_trap', 'unreachable'],
  ['memory_trap', 'assert_trap', 'undefined element'],
  ['imports', 'assert_unlinkable', 'none'],
  ['data', 'assert_uninstantiable', 'unreachable'],
]) {
  test(`another text fails every ${type} of core/${name}`, { skip }, () => {
    const wrong: Record<string, string> = {
      'unknown import': 'incompatible import type',
      'incompatible import type': 'unknown import',
    }
    const [all, failed] = failures(find('core', name), type, (command) => ({
      ...command,
      text: wrong[command.text as string] ?? text,
    }))
    assert.equal(failed, all)
  })
}

for (const [from, to] of [
  ['assert_invalid', 'assert_malformed'],
  ['assert_malformed', 'assert_invalid'],
  ['module', 'assert_invalid'],
  ['assert_return', 'assert_trap'],
]) {
  test(`${from} of core/binary or core/i32 does not pass as ${to}`, { skip }, () => {
    const name = from === 'assert_malformed' ? 'binary' : 'i32'
    const script = find('core', name)
    const commands = script.commands.filter(({ module_type }) => module_type !== 'text')
    const changed = commands.flatMap((one): Command[] => [
      one,
      ...(one.type === from ? [{ ...one, type: to, text: 'x' }] : []),
    ])
    const verdicts = runScript({ ...script, commands: changed }, 'stepper')
    const wrong = verdicts.filter(({ command }) => command.text === 'x' && command.type === to)
    assert.ok(wrong.length > 0)
    assert.deepEqual(
      wrong.filter(({ failure }) => failure === null),
      [],
    )
  })
}
