(module
  (memory 1)
  (func (export "run") (result i32) (local $at i32)
    (loop $again
      (i32.store offset=2 (local.get $at) (i32.load (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br $again))
    (unreachable)))
