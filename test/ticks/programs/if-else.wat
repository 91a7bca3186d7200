(module
  (func $collatz (param $n i32) (result i32) (local $steps i32)
    (loop $again
      (if (i32.and (local.get $n) (i32.const 1))
        (then (local.set $n (i32.add (i32.mul (local.get $n) (i32.const 3)) (i32.const 1))))
        (else (local.set $n (i32.shr_u (local.get $n) (i32.const 1)))))
      (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
      (br_if $again (i32.ne (local.get $n) (i32.const 1))))
    (local.get $steps))
  (func (export "run") (result i32) (local $i i32) (local $sum i32)
    (local.set $i (i32.const 2))
    (loop $again
      (if (i32.eqz (i32.rem_u (local.get $i) (i32.const 3)))
        (then (local.set $sum (i32.add (local.get $sum) (call $collatz (local.get $i))))))
      (if (i32.gt_u (local.get $i) (i32.const 50)) (then) (else (nop)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 100))))
    (local.get $sum)))
