(module
  (func $f (param i32) (result i32)
    (i32.add (i32.const 1) (i32.div_s (i32.const 100) (local.get 0))))
  (func (export "run") (result i32) (local $i i32)
    (local.set $i (i32.const 9))
    (loop $again
      (drop (call $f (local.get $i)))
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (br $again))
    (unreachable)))
