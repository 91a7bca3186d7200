(module
  (func (export "run") (result i32) (local $i i32) (local $j i32) (local $n i32)
    (block $out
      (loop $rows
        (br_if $out (i32.ge_s (local.get $i) (i32.const 40)))
        (local.set $j (i32.const 0))
        (block $row
          (loop $columns
            (br_if $row (i32.ge_s (local.get $j) (local.get $i)))
            (local.set $n (i32.add (local.get $n) (i32.mul (local.get $i) (local.get $j))))
            (local.set $j (i32.add (local.get $j) (i32.const 1)))
            (br $columns)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $rows)))
    (local.get $n)))
