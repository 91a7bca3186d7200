(module
  (memory 1 3)
  (data (i32.const 16) "\01\02\03\04\05\06\07\08\09\0a\0b\0c\0d\0e\0f\10")
  (func (export "run") (result i64) (local $i i32) (local $sum i64)
    (drop (memory.grow (i32.const 1)))
    (drop (memory.grow (i32.const 9)))
    (loop $again
      (i64.store offset=1024
        (i32.mul (local.get $i) (i32.const 8))
        (i64.mul (i64.load offset=16 (i32.and (local.get $i) (i32.const 7))) (i64.const 31)))
      (i32.store16 offset=9000 (local.get $i) (local.get $i))
      (local.set $sum
        (i64.add (local.get $sum)
          (i64.load32_s offset=1023 (i32.mul (local.get $i) (i32.const 4)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 200))))
    (i64.add (local.get $sum) (i64.extend_i32_u (memory.size)))))
