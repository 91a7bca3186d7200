(module
  (memory 4)
  (func (export "run") (result i32)
    (memory.fill (i32.const 0) (i32.const 7) (i32.const 262144))
    (memory.copy (i32.const 0) (i32.const 1) (i32.const 262144))
    (i32.const 0)))
