// A process: a case on the machine, step after step, each in a machine of its own that starts with
// the files of the one before. Parameters: case; stops for each step; seed. With stops, each step
// runs twice: straight, noting the root at each stop, and in pieces, saved and loaded at each.
import { readFileSync } from 'node:fs'
import { type TreeEntry, Vac } from '../../src/vac.ts'
import { Written } from '../sqlite/machine.ts'
import { randomTicks } from '../sqlite/shell.ts'
import { beginStep } from './begin.ts'
import { caseNamed, filesOf, programFile, type Step } from './cases.ts'
import { contentOf, treeOf } from './files.ts'
import { print, type StepResult, sha256 } from './result.ts'

const [name, stopsText, seed] = process.argv.slice(2)
const stops = Number(stopsText ?? 0)
const entry = caseNamed(name)
const top = filesOf(entry)

const programOf = (step: Step, tree: readonly TreeEntry[]): Uint8Array => {
  if (!step.program.startsWith('/')) return readFileSync(programFile(step, top))
  const found = tree.find(({ path }) => `/${path}` === step.program)
  if (found?.kind !== 'file') throw new Error(`${step.program} was not written`)
  return contentOf(found)
}

const begin = (step: Step, tree: readonly TreeEntry[], written: Written): Promise<Vac> =>
  beginStep(step, programOf(step, tree), tree, written)

/** The same step in pieces; complains where a root differs. */
async function inPieces(step: Step, tree: readonly TreeEntry[], straight: Vac): Promise<void> {
  const ticks = randomTicks(Number(seed), stops, straight.ticks)
  const whole = await begin(step, tree, new Written())
  const written = new Written()
  let vac = await begin(step, tree, written)
  for (const tick of ticks) {
    whole.run(tick - whole.ticks)
    vac.run(tick - vac.ticks)
    const root = whole.root()
    vac = Vac.restore(vac.save(), { output: written.sink })
    if (vac.ticks !== tick || vac.root() !== root) throw new Error(`tick ${tick}: another root`)
  }
  vac.run()
  if (vac.root() !== straight.root()) throw new Error('the end: another root')
}

let tree: readonly TreeEntry[] = treeOf(top)
const steps: StepResult[] = []
const ticks: number[] = []
const roots: string[] = []
for (const step of entry.steps) {
  const written = new Written()
  const vac = await begin(step, tree, written)
  vac.run()
  steps.push({
    exitCode: vac.exitCode,
    stdout: written.hex('stdout'),
    stderr: written.hex('stderr'),
  })
  ticks.push(vac.ticks)
  roots.push(vac.root())
  if (stops > 0) await inPieces(step, tree, vac)
  tree = [...vac.files('/')]
}
const files = Object.fromEntries(
  tree.flatMap((file) =>
    file.kind === 'file' && file.path.startsWith('job/')
      ? [[file.path, sha256(contentOf(file))]]
      : [],
  ),
)
print({ node: process.version, steps, files, ticks, roots, stops: stops * entry.steps.length })
