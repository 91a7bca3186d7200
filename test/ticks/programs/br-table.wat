(module
  (func $step (param $n i32) (result i32)
    (block $default
      (block $two
        (block $one
          (block $zero
            (br_table $zero $one $two $default (i32.rem_u (local.get $n) (i32.const 6))))
          (return (i32.const 10)))
        (return (i32.const 20)))
      (local.set $n (i32.add (local.get $n) (i32.const 5))))
    (i32.mul (local.get $n) (i32.const 3)))
  (func (export "run") (result i32) (local $i i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (call $step (local.get $i))))
      (br_if $again
        (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 60))))
    (local.get $sum)))
