(module
  (import "host" "twice" (func $twice (param i32) (result i32)))
  (import "host" "note" (func $note))
  (table funcref (elem $twice $note))
  (func $last (param i32) (result i32) (return_call $twice (local.get 0)))
  (func (export "run") (result i32)
    (call $note)
    (call_indirect (i32.const 1))
    (i32.add
      (call $twice (i32.const 4))
      (i32.add
        (call $last (i32.const 5))
        (call_indirect (param i32) (result i32) (i32.const 6) (i32.const 0))))))
