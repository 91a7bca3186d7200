// The suite as tests: one a script, the listed failures held to their list, and the table at the
// end.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { needsTextParser, runScript, type SpecEngine, type Verdict } from './runner.ts'
import { loadScripts, type Script } from './script.ts'

const listPath = join(import.meta.dirname, 'expected-failures.json')
const reason = 'needs struct or array types, which VAC turns away (WASM_UNSUPPORTED)'
/** `folder/script` -> the lines whose commands must fail, and why. */
type Expected = Record<string, { reason: string; lines: number[] }>

const expected: Expected = JSON.parse(readFileSync(listPath, 'utf8'))
/** Set to list anew what fails for the one listed reason; any other failure stays one. */
const rewrite = process.env.VAC_SPEC_REWRITE === '1'

interface Count {
  passed: number
  failed: number
  listed: number
}

/** What a script's verdicts break: failures that are not listed, listed ones that do not fail. */
function complaints(
  name: string,
  verdicts: readonly Verdict[],
  listed: readonly number[],
): string[] {
  const where = (line: number): string => `${name}.wast:${line}`
  const found: string[] = []
  for (const { command, failure, unsupported } of verdicts) {
    if (failure === null || (unsupported && listed.includes(command.line))) continue
    found.push(`${where(command.line)}: ${command.type}: ${failure}`)
  }
  for (const line of listed) {
    const here = verdicts.filter(({ command }) => command.line === line)
    if (here.some(({ unsupported }) => unsupported)) continue
    found.push(`${where(line)}: listed in expected-failures.json, but it does not fail so`)
  }
  return found
}

const unsupportedLines = (verdicts: readonly Verdict[]): number[] => [
  ...new Set(verdicts.filter((one) => one.unsupported).map(({ command }) => command.line)),
]

function tally(table: Map<string, Count>, folder: string, verdicts: readonly Verdict[]): void {
  for (const { command, failure, unsupported } of verdicts) {
    const key = `${folder.padEnd(14)}${command.type}`
    const count = table.get(key) ?? { passed: 0, failed: 0, listed: 0 }
    if (failure === null) count.passed++
    else if (unsupported) count.listed++
    else count.failed++
    table.set(key, count)
  }
}

function print(engine: SpecEngine, table: Map<string, Count>, scripts: readonly Script[]): void {
  const number = (n: number | string): string => `${n}`.padStart(8)
  const line = (key: string, a: unknown, b: unknown, c: unknown): string =>
    `${key.padEnd(38)}${number(`${a}`)}${number(`${b}`)}${number(`${c}`)}`
  const total: Count = { passed: 0, failed: 0, listed: 0 }
  const lines = [line('folder        assertion', 'passed', 'failed', 'listed')]
  for (const [key, count] of table) {
    lines.push(line(key, count.passed, count.failed, count.listed))
    total.passed += count.passed
    total.failed += count.failed
    total.listed += count.listed
  }
  lines.push(line('all', total.passed, total.failed, total.listed))
  const text = scripts.flatMap(({ commands }) => commands.filter(needsTextParser)).length
  lines.push(`not binary-form (assert_malformed of text): ${text}`)
  console.log(`\nWebAssembly 3.0 suite, engine ${engine}\n${lines.join('\n')}\n`)
}

/** Where an engine's ticks first differ from the stepper's; empty where they nowhere do. */
function tickComplaints(name: string, script: Script, verdicts: readonly Verdict[]): string[] {
  const stepped = runScript(script, 'stepper')
  const at = verdicts.findIndex(({ ticks }, index) => ticks !== stepped[index].ticks)
  if (at < 0) return []
  const found = `${verdicts[at].ticks} ticks, the stepper ${stepped[at].ticks}`
  return [`${name}.wast:${verdicts[at].command.line}: ${found}`]
}

/** Registers the suite's tests for one engine. */
export function suite(engine: SpecEngine): void {
  const scripts = loadScripts()
  if (scripts === null) {
    test(`the WebAssembly 3.0 suite, engine ${engine}`, (t) => {
      t.skip('GAP: no ../shared/suites/wasm-spec/wasm-3.0.tar.gz here; 258 scripts did not run')
    })
    return
  }
  const table = new Map<string, Count>()
  const list: Expected = {}
  let fastWork = 0
  for (const script of scripts) {
    const name = `${script.folder}/${script.name}`
    test(`${name} [${engine}]`, () => {
      const verdicts = runScript(script, engine, (count) => {
        fastWork += count
      })
      tally(table, script.folder, verdicts)
      const lines = unsupportedLines(verdicts)
      if (lines.length > 0) list[name] = { reason, lines }
      const listed = rewrite ? lines : (expected[name]?.lines ?? [])
      const found = complaints(name, verdicts, listed)
      if (engine !== 'stepper') found.push(...tickComplaints(name, script, verdicts))
      assert.ok(found.length === 0, `${found.length} broken\n${found.slice(0, 10).join('\n')}`)
    })
  }
  test(`every listed script is in the suite [${engine}]`, () => {
    const names = scripts.map(({ folder, name }) => `${folder}/${name}`)
    assert.equal(scripts.length, 258)
    assert.deepEqual(
      Object.keys(expected).filter((name) => !names.includes(name)),
      [],
    )
  })
  test(`fast code ran where the engine has some [${engine}]`, () => {
    if (engine === 'stepper') assert.equal(fastWork, 0)
    else if (engine === 'auto') assert.ok(fastWork > 5000, `only ${fastWork} lanes`)
    else assert.ok(fastWork > 100_000, `only ${fastWork} compiled ticks`)
  })
  after(() => {
    print(engine, table, scripts)
    if (rewrite) writeFileSync(listPath, `${JSON.stringify(list, null, 2)}\n`)
  })
}
