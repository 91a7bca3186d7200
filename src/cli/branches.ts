// vac branches: the tree of branches of a recording.

import type { Branches } from '../host/branch-files.ts'
import { type Branch, standingOf } from '../time/branches/branch.ts'
import { BeamKind, inputOfBeam } from '../time/lineage/beam.ts'
import { type Given, has } from './options.ts'
import { onlyFile } from './program-source.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

export const branchesVerb: Verb = {
  name: 'branches',
  says: 'show the tree of branches of a recording',
  usage: '[options] RECORDING',
  examples: [{ line: 'vac branches run', says: 'each with its fork, its changes and its end' }],
  options: [jsonOption],
  optionsAnywhere: true,
  run: runBranches,
}

async function runBranches(given: Given, io: Io): Promise<number> {
  const path = onlyFile(given.rest, 'branches')
  const { openBranches } = await import('../host/branch-files.ts')
  const { recordingHost } = await import('../host/recording-files.ts')
  const tree = await openBranches(path, recordingHost)
  const facts = new Map([...tree.branches.values()].map((one) => [one.name, factsOf(tree, one)]))
  if (has(given, 'json')) {
    io.print(jsonLine({ branches: [...facts.values()], collapse: tree.collapse }))
    return 0
  }
  const lines = ['the recording']
  const children = (parent: string | null): Branch[] =>
    [...tree.branches.values()]
      .filter((one) => one.parent === parent)
      .sort((a, b) => a.tick - b.tick || (a.name < b.name ? -1 : 1))
  const waiting = children(null)
    .reverse()
    .map((branch) => ({ branch, indent: 2 }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { branch, indent } = next
    lines.push(`${' '.repeat(Math.min(indent, 40))}${textOf(facts.get(branch.name) as Facts)}`)
    const below = children(branch.name).reverse()
    waiting.push(...below.map((one) => ({ branch: one, indent: indent + 2 })))
  }
  if (tree.collapse !== null) lines.push(`chosen by: ${tree.collapse.criterion}`)
  io.print(`${lines.join('\n')}\n`)
  return 0
}

interface Facts {
  readonly name: string
  readonly parent: string | null
  readonly at: string
  readonly changes: readonly string[]
  readonly effects: string
  readonly ticks: string
  readonly ended: boolean
  readonly standing: string
}

function factsOf(tree: Branches, branch: Branch): Facts {
  const { name, parent, tick, effects, input } = branch
  const { beams } = tree.own(name)
  const changes = beams.slice(0, branch.changes).flatMap(({ tick: at, kind, payload }) => {
    return payload === null ? [] : [changeText(inputOfBeam({ tick: at, kind, payload }))]
  })
  const last = beams.at(-1)
  return {
    name,
    parent,
    at: `${tick}`,
    changes: input === 'given' ? [...changes, 'input'] : changes,
    effects,
    ticks: `${last?.tick ?? tick}`,
    ended: last?.kind === BeamKind.end,
    standing: standingOf(tree.branches, name, tree.collapse),
  }
}

function changeText(input: ReturnType<typeof inputOfBeam>): string {
  if (input.kind === 'write') {
    const where = input.shard === 0 ? '' : `memory ${input.shard} `
    return `${where}0x${input.offset.toString(16)}:${input.bytes.length}`
  }
  return input.kind === 'set' ? input.what : input.kind
}

function textOf({ name, at, changes, ticks, ended, standing }: Facts): string {
  const what = changes.length === 0 ? 'nothing changed' : `changed ${changes.join(', ')}`
  const end = `${ended ? 'ended' : 'cut short'} at tick ${ticks}`
  const stands = standing === 'open' ? '' : `, ${standing}`
  return `${name}: forked at tick ${at}, ${what}, ${end}${stands}`
}
