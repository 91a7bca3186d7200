;; Rewrites 100 MiB again and again: the worst that a program can do to who keeps checkpoints.
(module
  (memory (export "memory") 1600)
  (func (export "run") (param $rounds i32) (result i64)
    (local $at i32) (local $x i64)
    (local.set $x (i64.const 88172645463325252))
    (loop $round
      (local.set $at (i32.const 0))
      (loop $next
        (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
        (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
        (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
        (i64.store (local.get $at) (i64.and (local.get $x) (i64.const 0xffffff)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $next (i32.lt_u (local.get $at) (i32.const 0x6400000))))
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $round (local.get $rounds)))
    (local.get $x)))
