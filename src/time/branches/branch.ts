// Branches of a recorded run (spec/branches.md): runs that go on from a tick of another one with
// something changed. A branch has beams of its own from there on; before, its beams are those of
// what it was forked from. So it needs no state of its own: whoever leads a machine along all of
// them comes to any of its ticks, before the fork and behind it.
import { BeamKind } from '../lineage/beam.ts'
import type { Lineage, StoredBeam } from '../lineage/lineage.ts'

/**
 * What becomes of what a dream would let out. show: it is handed on. deny: it is not. equal: what
 * equals the parent's was let out already, the rest is not. hold: it is kept until collapse.
 */
export const effectsPolicies = ['show', 'deny', 'equal', 'hold'] as const
export type EffectsPolicy = (typeof effectsPolicies)[number]

/** Where a branch comes from. */
export interface Origin {
  /** null: the recording itself. */
  readonly parent: string | null
  readonly tick: number
  /** Of the parent's state there, before the changes; hex. */
  readonly root: string
  /** So many of its own first beams are the changes. */
  readonly changes: number
  /** Whose standard input it reads from the fork on. */
  readonly input: 'parent' | 'given'
  readonly effects: EffectsPolicy
}

/** Names are single words that are file names on every host. */
export const isBranchName = (name: string): boolean => /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)

/** A lineage and the tick up to which it counts. */
export interface Stretch {
  readonly lineage: Lineage
  readonly tick: number
}

/** Beams with which a recording ends, as it would not have ended there. */
const endings: readonly number[] = [BeamKind.trap, BeamKind.exit, BeamKind.end]

/**
 * The lineage of a branch from the very beginning: of its parents up to the forks, whose ticks
 * ascend, then its own.
 */
export function lineageAlong(parents: readonly Stretch[], own: Lineage): Lineage {
  const before: StoredBeam[] = []
  for (const { lineage, tick } of parents) {
    for (const beam of lineage.beams) {
      if (beam.tick > tick) break
      if (!endings.includes(beam.kind)) before.push(beam)
    }
  }
  return { ...own, beams: [...before, ...own.beams], inherited: before.length }
}

export interface Branch extends Origin {
  readonly name: string
}

/** One branch that was chosen; the others are ghosts: still there, and replayable. */
export interface Collapse {
  readonly chosen: string
  /** By what it was chosen, in the words of who did. */
  readonly criterion: string
}

/** A branch and what it was forked from, the oldest first. RECORDING_DAMAGED is the caller's. */
export function ancestry(branches: ReadonlyMap<string, Branch>, name: string): Branch[] | null {
  const path: Branch[] = []
  for (let at: string | null = name; at !== null; ) {
    const branch = branches.get(at)
    const later = path.at(-1)
    if (branch === undefined || path.length > branches.size) return null
    if (later !== undefined && later.tick < branch.tick) return null
    path.push(branch)
    at = branch.parent
  }
  return path.reverse()
}

/** Whose run a tick of a branch is: that of a parent where it lies before the fork. */
export function ownerOf(path: readonly Branch[], tick: number): Branch | null {
  return path.findLast((branch) => branch.tick <= tick) ?? null
}

export type Standing = 'open' | 'chosen' | 'past' | 'ghost'

/** What a branch is since the collapse: chosen, part of the past of what was chosen, or a ghost. */
export function standingOf(
  branches: ReadonlyMap<string, Branch>,
  name: string,
  collapse: Collapse | null,
): Standing {
  if (collapse === null) return 'open'
  if (name === collapse.chosen) return 'chosen'
  const past = ancestry(branches, collapse.chosen) ?? []
  return past.some((branch) => branch.name === name) ? 'past' : 'ghost'
}
