;; `run` fills a table from a generator for n rounds and gives its checksum. `trap` does the same, but
;; in the last round it loads from outside of the memory.
(module
  (memory 1)
  (func $work (param $n i32) (param $bad i32) (result i64) (local $x i64) (local $sum i64)
    (local $at i32)
    (local.set $x (i64.const 88172645463325252))
    (loop $next
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
      (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
      (local.set $at (i32.and (i32.wrap_i64 (local.get $x)) (i32.const 0xfff8)))
      (local.set $sum (i64.add (local.get $sum) (i64.load
        (i32.or (local.get $at) (i32.mul (i32.eq (local.get $n) (i32.const 1)) (local.get $bad))))))
      (i64.store (local.get $at) (i64.add (local.get $x) (local.get $sum)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $next (local.get $n)))
    (local.get $sum))
  (func (export "run") (param $n i32) (result i64) (call $work (local.get $n) (i32.const 0)))
  (func (export "trap") (param $n i32) (result i64)
    (call $work (local.get $n) (i32.const 0x7fffff00))))
