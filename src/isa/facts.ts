// What verification learns about a function; engines rely on it and check none of it again.

export interface FunctionFacts {
  readonly paramWords: number
  readonly resultWords: number
  /** Words of all locals, parameters included. */
  readonly localWords: number
  /** Largest operand stack in words, the pushes of calls' results included. */
  readonly maxOperandWords: number
  /** Word offset and kind of each local. */
  readonly localAt: Uint32Array
  readonly localKinds: Uint8Array
  /**
   * Operand words before each instruction; one more entry, for pc = code length: the result words.
   */
  readonly heights: Uint32Array
  /** Operand words of each label. */
  readonly labelWords: Uint32Array
  /** 1 where an instruction is a resume point (semantics, item 3). */
  readonly resume: Uint8Array
}

/**
 * A frame costs its header, its locals and its largest operand stack, in words: what the stack
 * limit counts.
 */
export const FRAME_HEADER_WORDS = 4
export const frameWords = (facts: FunctionFacts): number =>
  FRAME_HEADER_WORDS + facts.localWords + facts.maxOperandWords
