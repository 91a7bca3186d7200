(module
  (type $binary (func (param i32 i32) (result i32)))
  (table 4 funcref)
  (elem (i32.const 0) $add $sub $mul $xor)
  (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
  (func $sub (type $binary) (i32.sub (local.get 0) (local.get 1)))
  (func $mul (type $binary) (i32.mul (local.get 0) (local.get 1)))
  (func $xor (type $binary) (i32.xor (local.get 0) (local.get 1)))
  (func (export "run") (result i32) (local $i i32) (local $value i32)
    (loop $again
      (local.set $value
        (call_indirect (type $binary)
          (local.get $value) (i32.add (local.get $i) (i32.const 7))
          (i32.and (local.get $i) (i32.const 3))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 333))))
    (local.get $value)))
