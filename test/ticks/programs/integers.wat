(module
  (func $mix (param $h i64) (param $v i64) (result i64)
    (local.set $h (i64.xor (local.get $h) (i64.mul (local.get $v) (i64.const 0x9e3779b97f4a7c15))))
    (local.set $h (i64.rotr (local.get $h) (i64.const 29)))
    (i64.add (i64.popcnt (local.get $h)) (i64.shl (local.get $h) (i64.clz (local.get $v)))))
  (func (export "run") (result i64) (local $i i64) (local $h i64)
    (local.set $h (i64.const 1))
    (loop $again
      (local.set $h (call $mix (local.get $h) (local.get $i)))
      (local.set $h
        (i64.sub
          (local.get $h)
          (i64.div_s (local.get $h) (i64.add (local.get $i) (i64.const 3)))))
      (local.set $h
        (i64.or
          (i64.rem_u (local.get $h) (i64.const 1000003))
          (i64.extend_i32_u (i64.lt_s (local.get $h) (i64.const 0)))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $again (i64.ne (local.get $i) (i64.const 300))))
    (select (local.get $h) (i64.const 4) (i64.eqz (local.get $i)))
    (drop)
    (local.get $h)))
