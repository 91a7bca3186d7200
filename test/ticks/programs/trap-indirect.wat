(module
  (table 4 funcref)
  (elem (i32.const 0) $f $f)
  (func $f)
  (func (export "run") (result i32) (local $i i32)
    (loop $again
      (call_indirect (local.get $i))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $again))
    (unreachable)))
