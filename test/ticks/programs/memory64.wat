(module
  (memory i64 4)
  (func (export "run") (result i64) (local $at i64) (local $sum i64)
    (memory.fill (i64.const 1) (i32.const 3) (i64.const 150000))
    (memory.copy (i64.const 20) (i64.const 70000) (i64.const 131073))
    (loop $again
      (i64.store (local.get $at) (i64.add (i64.load offset=8 (local.get $at)) (local.get $at)))
      (local.set $sum (i64.xor (local.get $sum) (i64.load (local.get $at))))
      (local.set $at (i64.add (local.get $at) (i64.const 24)))
      (br_if $again (i64.lt_u (local.get $at) (i64.const 4000))))
    (i64.add (memory.grow (i64.const 1)) (local.get $sum))))
