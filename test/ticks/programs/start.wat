(module
  (global $g (mut i32) (i32.const 5))
  (func $init (local $i i32)
    (loop $again
      (global.set $g (i32.add (global.get $g) (local.get $i)))
      (br_if $again
        (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 30)))))
  (start $init)
  (func (export "run") (result i32) (global.get $g)))
