// A program of which recordings get checkpoints fast: it fills its memory with numbers that do not
// compress, and writes eight bytes after each round.
import { writeFileSync } from 'node:fs'

/** Ticks of a round are about 16 times as many. */
const ITERATIONS = 50_000
export const OUTPUT_BYTES = 8
/** The address of four bytes that it writes once, at its beginning. */
export const ONCE = 64

export interface Churn {
  /** 0: it goes on for ever. */
  readonly rounds: number
  /** Before each round it waits for a byte of standard input, and ends with it. */
  readonly reads?: boolean
  /** Pages of 64 KiB that it writes to, a power of two. */
  readonly pages?: number
  readonly iterations?: number
}

const READ = `
      (i32.store (i32.const 16) (i32.const 24)) (i32.store (i32.const 20) (i32.const 1))
      (drop (call $r (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 28)))
      (br_if $over (i32.eqz (i32.load (i32.const 28))))`

export function churnText({ rounds, reads, pages = 4, iterations = ITERATIONS }: Churn): string {
  const mask = pages * 2 ** 16 - 4
  return `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") ${pages + 1})
  (global $x (mut i32) (i32.const 1))
  (func $work (local $n i32) (local $x i32)
    (local.set $x (global.get $x))
    (loop $next
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store offset=65536
        (i32.and (i32.shr_u (local.get $x) (i32.const 8)) (i32.const ${mask}))
        (local.get $x))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $n) (i32.const ${iterations}))))
    (global.set $x (local.get $x)))
  (func (export "_start") (local $round i32)
    (i32.store (i32.const ${ONCE}) (i32.const 7))
    (block $over (loop $next${reads ? READ : ''}
      (call $work)
      (local.set $round (i32.add (local.get $round) (i32.const 1)))
      (i32.store (i32.const 32) (local.get $round))
      (i32.store (i32.const 36) (global.get $x))
      (i32.store (i32.const 0) (i32.const 32))
      (i32.store (i32.const 4) (i32.const ${OUTPUT_BYTES}))
      (drop (call $w (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (br_if $next (i32.ne (local.get $round) (i32.const ${rounds})))))))`
}

/** The program as a file; gives its path. */
export function churnFile(path: string, churn: Churn): string {
  writeFileSync(path, churnText(churn))
  return path
}
