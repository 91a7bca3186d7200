(module
  (func $newton (param $x f64) (result f64) (local $y f64) (local $i i32)
    (local.set $y (local.get $x))
    (loop $again
      (local.set $y
        (f64.mul (f64.const 0.5) (f64.add (local.get $y) (f64.div (local.get $x) (local.get $y)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_s (local.get $i) (i32.const 20))))
    (local.get $y))
  (func (export "run") (result f64) (local $i i32) (local $sum f64) (local $f f32)
    (loop $again
      (local.set $sum (f64.add (local.get $sum) (call $newton (f64.convert_i32_s (local.get $i)))))
      (local.set $f (f32.sqrt (f32.add (local.get $f) (f32.demote_f64 (f64.abs (local.get $sum))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (if (f64.ne (local.get $sum) (local.get $sum)) (then (local.set $sum (f64.const 0.25))))
      (br_if $again (i32.lt_s (local.get $i) (i32.const 50))))
    (f64.add
      (f64.promote_f32 (f32.nearest (f32.mul (local.get $f) (f32.const 100))))
      (f64.floor (f64.copysign (local.get $sum) (f64.const -1))))))
