// For tests: a guest that does what a run depends on. It waits for standard input with a timeout,
// reads it in pieces, replaces the file `in`, adds to the file `log`, asks for the time and for
// random numbers, and copies its arguments; at the end of its input it exits.

const from = 'import "wasi_snapshot_preview1"'

/** The timeout of its wait is at 0x118, for whoever writes into its memory. */
export const GUEST = `(module
  (${from} "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (${from} "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (${from} "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (${from} "fd_close" (func $close (param i32) (result i32)))
  (${from} "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (${from} "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (${from} "random_get" (func $random (param i32 i32) (result i32)))
  (${from} "args_get" (func $args (param i32 i32) (result i32)))
  (${from} "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0x300) "inlog")
  ;; two subscriptions of 48 bytes: a clock with its timeout, standard input
  (data (i32.const 0x118) "\\e8\\03") (data (i32.const 0x138) "\\01")
  ;; buffers: four bytes to read; what was read, to write
  (data (i32.const 0x400) "\\00\\05\\00\\00\\04\\00\\00\\00\\00\\05\\00\\00")

  (func $save (param $path i32) (param $size i32) (param $how i32) (param $flags i32)
    (drop (call $open (i32.const 3) (i32.const 0) (local.get $path) (local.get $size)
      (local.get $how) (i64.const 64) (i64.const 0) (local.get $flags) (i32.const 0x600)))
    (drop (call $write (i32.load (i32.const 0x600)) (i32.const 0x408) (i32.const 1)
      (i32.const 0x610)))
    (drop (call $close (i32.load (i32.const 0x600)))))

  (func (export "_start") (local $round i32)
    (loop $again
      (local.set $round (i32.add (local.get $round) (i32.const 1)))
      (drop (call $poll (i32.const 0x100) (i32.const 0x200) (i32.const 2) (i32.const 0x280)))
      (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 0x620)))
      (drop (call $random (i32.const 0x630) (local.get $round)))
      ;; a timeout is told by an event of kind 0
      (br_if $again (i32.eqz (i32.load8_u (i32.const 0x20a))))
      (drop (call $args (i32.const 0x700) (i32.const 0x800)))
      (drop (call $read (i32.const 0) (i32.const 0x400) (i32.const 1) (i32.const 0x40c)))
      (if (i32.eqz (i32.load (i32.const 0x40c))) (then (call $exit (i32.const 3))))
      (drop (call $write (i32.const 1) (i32.const 0x408) (i32.const 1) (i32.const 0x610)))
      (call $save (i32.const 0x300) (i32.const 2) (i32.const 8) (i32.const 0))
      (call $save (i32.const 0x302) (i32.const 3) (i32.const 1) (i32.const 1))
      (br $again))))`
