;; A WASI program: n times the clock is read and eight bytes are written, 50 calls deep. Its only
;; argument is n, in decimal digits. It traps where a call fails.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; 0: the vector of what is written; 16: its bytes; 32: results; 64: pointers; 128: texts.
  (data (i32.const 0) "\10\00\00\00\08\00\00\00")
  (data (i32.const 16) "written\n")

  (func $check (param $failed i32) (if (local.get $failed) (then (unreachable))))

  ;; The number at the second argument.
  (func $count (result i32)
    (local $at i32) (local $digit i32) (local $n i32)
    (call $check (call $args_sizes (i32.const 32) (i32.const 36)))
    (call $check (i32.ne (i32.load (i32.const 32)) (i32.const 2)))
    (call $check (call $args (i32.const 64) (i32.const 128)))
    (local.set $at (i32.load (i32.const 68)))
    (block $end
      (loop $next
        (local.set $digit (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)))
        (br_if $end (i32.gt_u (local.get $digit) (i32.const 9)))
        (local.set $n
          (i32.add (i32.mul (local.get $n) (i32.const 10)) (local.get $digit)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (local.get $n))

  (func $deep (param $depth i32) (param $n i32) (result i32)
    (if (local.get $depth)
      (then
        (return
          (i32.add
            (call $deep (i32.sub (local.get $depth) (i32.const 1)) (local.get $n))
            (i32.const 1)))))
    (loop $next
      (call $check (call $clock (i32.const 1) (i64.const 1) (i32.const 40)))
      (call $check (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 48)))
      (call $check (i32.ne (i32.load (i32.const 48)) (i32.const 8)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.const 0))

  (func (export "_start")
    (call $check (i32.ne (call $deep (i32.const 50) (call $count)) (i32.const 50)))))
