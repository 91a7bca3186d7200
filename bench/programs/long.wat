;; A long run with much memory: it fills 128 MiB, then reads at random all over it and writes within
;; a window of 256 KiB, which moves on every 2^24 rounds. So what a part of the run changes is small,
;; and there are addresses that were written early, late, once and often: the counter at 8 each 64th
;; round.
(module
  (memory (export "memory") 2048)
  (func $fill (local $at i32) (local $x i64)
    (local.set $x (i64.const 88172645463325252))
    (loop $next
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
      (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
      (i64.store (local.get $at) (i64.and (local.get $x) (i64.const 0xffffff)))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 0x8000000)))))
  (func (export "run") (param $rounds i64) (result i64)
    (local $n i64) (local $x i64) (local $sum i64) (local $window i32)
    (call $fill)
    (local.set $x (i64.const 88172645463325252))
    (loop $next
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
      (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
      (local.set $sum
        (i64.add (local.get $sum)
          (i64.load (i32.and (i32.wrap_i64 (local.get $x)) (i32.const 0x7fffff8)))))
      (i64.store
        (i32.add (local.get $window)
          (i32.and (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 27))) (i32.const 0x3fff8)))
        (local.get $sum))
      (local.set $n (i64.add (local.get $n) (i64.const 1)))
      (if (i64.eqz (i64.and (local.get $n) (i64.const 63)))
        (then
          (i64.store (i32.const 8) (local.get $n))
          (if (i64.eqz (i64.and (local.get $n) (i64.const 0xffffff)))
            (then
              (local.set $window
                (i32.and (i32.add (local.get $window) (i32.const 0x40000)) (i32.const 0x7fc0000)))))))
      (br_if $next (i64.lt_u (local.get $n) (local.get $rounds))))
    (local.get $sum)))
