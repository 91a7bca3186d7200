(module
  (tag $small (param i32))
  (tag $large (param i64 i32))
  (func $thrower (param $n i32)
    (if (i32.eqz (i32.rem_u (local.get $n) (i32.const 3)))
      (then (throw $small (local.get $n))))
    (if (i32.eqz (i32.rem_u (local.get $n) (i32.const 5)))
      (then (throw $large (i64.const 9) (local.get $n)))))
  (func $middle (param $n i32) (call $thrower (local.get $n)) (nop))
  (func (export "run") (result i32) (local $i i32) (local $sum i32)
    (loop $again
      (block $next
        (block $caught (result i32)
          (block $other
            (try_table (catch $small $caught) (catch_all $other)
              (call $middle (local.get $i)))
            (br $next))
          (local.set $sum (i32.add (local.get $sum) (i32.const 1000)))
          (br $next))
        (local.set $sum (i32.add (local.get $sum))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 40))))
    (local.get $sum)))
