(module
  (memory $a 4)
  (memory $b 4)
  (func (export "run") (result i32)
    (memory.fill $b (i32.const 0) (i32.const 5) (i32.const 200000))
    (memory.copy $a $b (i32.const 7) (i32.const 3) (i32.const 131072))
    (i32.store $b (i32.const 4) (i32.load $a offset=2 (i32.const 60)))
    (i32.add (i32.load $a (i32.const 131075)) (i32.load $b (i32.const 2)))))
