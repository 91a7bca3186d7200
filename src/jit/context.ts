// The context: a small memory of the host beside the guest's, through which compiled code and the
// machine hand each other what is not on the host's stack.

/** Address of the next free byte for records of exits, a 32-bit number. */
export const SPILL_POINTER_AT = 0
/** The exnref that was thrown last, a word, and the number of its tag in the machine. */
export const THROWN_REF_AT = 16
export const THROWN_TAG_AT = 24
/** Where records begin: what the spill pointer is while nothing is left. */
export const SPILL_START_AT = 28
/** Arguments and results, a word each (a vector two). */
export const ARGUMENTS_AT = 64
/** A frame that is being resumed: locals, then operands. */
export const FRAME_AT = 0x8000
/** A function whose frame has more words runs in the interpreter. */
export const FRAME_LIMIT_WORDS = 0x10000
/** The instance's globals, two words each; records of exits follow. */
export const GLOBALS_AT = FRAME_AT + FRAME_LIMIT_WORDS * 8

/** Longest path without a test of the fuel, in ticks: RESUME_SPACING of the verifier. */
export const LONGEST_PATH = 512

/**
 * Fuel counts down in 32 bits, from at most this. Below 0, but not by more than a path and a
 * bulk operation take (2^17), a function came back at a resume point; less LEFT, it was left by an
 * exit and its frame is in the records; less THROWN, an exception comes up, and its arguments are
 * in the context.
 */
export const MOST_FUEL = 2 ** 30 - 2 ** 19
export const LEFT = 2 ** 30
export const THROWN = 2 ** 31 - 2 ** 18
/** Between the bands: fuel below this has LEFT taken off or THROWN; below that, THROWN. */
export const LEFT_BELOW = -(2 ** 18)
export const THROWN_BELOW = -(2 ** 30) - 2 ** 17 - 2 ** 16

/** A function without calls that is called without room has a frame of at most so many words. */
export const LEAF_ROOM_WORDS = 64

/** Of a memory that should grow: the host cannot give so much now. */
export const REFUSED = -2
