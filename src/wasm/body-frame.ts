// An open block of a function body.
import type { ValType } from '../isa/types.ts'

export const FUNCTION = 0
export const BLOCK = 1
export const LOOP = 2
export const IF = 3
export const ELSE = 4
export const TRY_TABLE = 5
/** The parts of a legacy `try`: its body, then its catch clauses. */
export const TRY = 6
export const CATCH = 7
export const CATCH_ALL = 8

/** A clause of a try_table; `frame` is the branch target's place among the open blocks. */
export interface Clause {
  /** Tag index, or -1: any. */
  readonly tag: number
  readonly ref: boolean
  readonly frame: number
}

const none: readonly never[] = []

export class Frame {
  kind = BLOCK
  params: readonly ValType[] = none
  results: readonly ValType[] = none
  /** Operands below the block's parameters. */
  height = 0
  /** Is the operand stack polymorphic; kept here while an inner block is open. */
  polymorphic = false
  /** How many entries `Body.sets` had at the start. */
  sets = 0
  /** The pc of the block's first instruction. */
  start = 0
  /** The label that branches to this block go to, or -1: none does. */
  label = -1
  /** Of an `if`: where its jump goes, or -1: nothing reaches it. */
  elseLabel = -1
  clauses: readonly Clause[] = none
  /** Ranges of the try body whose exceptions pass by this block's handlers: from, to, from, to. */
  holes: number[] | null = null
  /** Of a legacy try, once its body is over: the ranges that its handlers cover. */
  pieces: readonly number[] = none
  /**
   * Of a catch part: the first of its handlers, and the hidden local that holds its exception, or
   * -1.
   */
  handler = 0
  exceptionLocal = -1

  reset(kind: number, height: number, sets: number, start: number): void {
    this.kind = kind
    this.params = none
    this.results = none
    this.height = height
    this.polymorphic = false
    this.sets = sets
    this.start = start
    this.label = -1
    this.elseLabel = -1
    this.clauses = none
    this.holes = null
    this.pieces = none
    this.handler = 0
    this.exceptionLocal = -1
  }

  get isCatch(): boolean {
    return this.kind === CATCH || this.kind === CATCH_ALL
  }
  get labelTypes(): readonly ValType[] {
    return this.kind === LOOP ? this.params : this.results
  }
}
