(module
  (tag $t (param i32))
  (func $f (param i32)
    (if (i32.gt_u (local.get 0) (i32.const 10)) (then (throw $t (local.get 0)))))
  (func (export "run") (result i32) (local $i i32)
    (loop $again
      (call $f (local.get $i))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $again))
    (unreachable)))
