(module
  (; A br_table that goes to a loop, carries a value out of a block, and leaves the function. ;)
  (func $walk (param $n i32) (result i32)
    (loop $again
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (block $done
        (block $skip
          (br_table $skip $again $again $done $again
            (i32.and (local.get $n) (i32.const 7))))
        (local.set $n (i32.sub (local.get $n) (i32.const 3)))))
    (local.get $n))
  (func $leave (param $n i32) (result i32)
    (block $inner (result i32)
      (i32.const 77)
      (br_table 0 1 (local.get $n)))
    (i32.const 1)
    (i32.add))
  (func (export "run") (result i32)
    (i32.add
      (call $walk (i32.const 100))
      (i32.add (call $leave (i32.const 0)) (call $leave (i32.const 1))))))
