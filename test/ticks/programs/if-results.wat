(module
  (func $pick (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 3))
      (then (if (result i32) (local.get $n) (then (i32.const 5)) (else (unreachable))))
      (else
        (local.get $n)
        (if (param i32) (result i32) (i32.const 1)
          (then (i32.add (i32.const 2)))
          (else (i32.sub (i32.const 2)))))))
  (func (export "run") (result i32)
    (i32.add (call $pick (i32.const 1)) (call $pick (i32.const 9)))))
