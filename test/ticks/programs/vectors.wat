(module
  (memory 1)
  (func (export "run") (result i32) (local $i i32) (local $sum v128)
    (loop $again
      (v128.store offset=64
        (i32.mul (local.get $i) (i32.const 16))
        (i32x4.mul (i32x4.splat (local.get $i)) (v128.const i32x4 1 2 3 4)))
      (local.set $sum
        (i32x4.add (local.get $sum)
          (i8x16.shuffle 0 1 2 3 20 21 22 23 8 9 10 11 28 29 30 31
            (v128.load offset=64 (i32.mul (local.get $i) (i32.const 16)))
            (local.get $sum))))
      (v128.store32_lane offset=3 1 (local.get $i) (local.get $sum))
      (local.set $sum
        (v128.bitselect (local.get $sum) (v128.not (local.get $sum))
          (i8x16.lt_s (local.get $sum) (i16x8.abs (local.get $sum)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 100))))
    (drop (select (local.get $sum) (local.get $sum) (local.get $i)))
    (i32.add
      (i32x4.extract_lane 2 (local.get $sum))
      (v128.any_true (f64x2.sqrt (local.get $sum))))))
