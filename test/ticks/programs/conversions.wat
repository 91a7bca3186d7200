(module
  (func (export "run") (result i64) (local $i i32) (local $sum i64)
    (loop $again
      (local.set $sum
        (i64.add (local.get $sum)
          (i64.trunc_sat_f64_s
            (f64.mul (f64.convert_i64_s (local.get $sum)) (f64.const 1.75)))))
      (local.set $sum
        (i64.add (local.get $sum)
          (i64.extend_i32_s (i32.trunc_f32_s (f32.convert_i32_u (local.get $i))))))
      (local.set $sum (i64.rotl (local.get $sum) (i64.extend8_s (i64.const 131))))
      (local.set $sum (i64.and (local.get $sum) (i64.const 0xffffffffff)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 77))))
    (i64.add (local.get $sum) (i64.reinterpret_f64 (f64.const 1)))))
