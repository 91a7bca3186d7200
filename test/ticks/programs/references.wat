(module
  (table $t 3 externref)
  (elem declare func $f)
  (func $f (result i32) (i32.const 6))
  (func (export "run") (result i32) (local $r funcref)
    (local.set $r (ref.func $f))
    (table.set $t (i32.const 1) (table.get $t (i32.const 2)))
    (drop (select (result funcref) (local.get $r) (ref.null func) (i32.const 1)))
    (i32.add
      (ref.is_null (table.get $t (i32.const 1)))
      (i32.add (ref.is_null (local.get $r)) (table.size $t)))))
