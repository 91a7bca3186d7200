;; Counts n keys in a table of 2^16 slots of 16 bytes, with linear probing, in a memory of 64-bit
;; addresses.
(module
  (memory i64 16)

  ;; The slot of a key: where it is, or a free one.
  (func $slot (param $key i64) (result i64)
    (local $at i64)
    (local.set $at
      (i64.shl
        (i64.shr_u (i64.mul (local.get $key) (i64.const 0x9e3779b97f4a7c15)) (i64.const 48))
        (i64.const 4)))
    (block $found
      (loop $probe
        (br_if $found (i64.eqz (i64.load offset=8 (local.get $at))))
        (br_if $found (i64.eq (i64.load (local.get $at)) (local.get $key)))
        (local.set $at
          (i64.and (i64.add (local.get $at) (i64.const 16)) (i64.const 0xffff0)))
        (br $probe)))
    (local.get $at))

  (func (export "run") (param $n i32) (result i64)
    (local $i i32) (local $state i64) (local $key i64) (local $at i64) (local $sum i64)
    (memory.fill (i64.const 0) (i32.const 0) (i64.const 0x100000))
    (local.set $state (i64.const 88172645463325252))
    (loop $next
      ;; xorshift64; 15 bits of it are the key.
      (local.set $state
        (i64.xor (local.get $state) (i64.shl (local.get $state) (i64.const 13))))
      (local.set $state
        (i64.xor (local.get $state) (i64.shr_u (local.get $state) (i64.const 7))))
      (local.set $state
        (i64.xor (local.get $state) (i64.shl (local.get $state) (i64.const 17))))
      (local.set $key (i64.shr_u (local.get $state) (i64.const 49)))
      (local.set $at (call $slot (local.get $key)))
      (i64.store (local.get $at) (local.get $key))
      (i64.store offset=8 (local.get $at)
        (i64.add (i64.load offset=8 (local.get $at)) (i64.const 1)))
      (br_if $next
        (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.set $at (i64.const 0))
    (loop $fold
      (local.set $sum
        (i64.add
          (i64.mul (local.get $sum) (i64.const 31))
          (i64.xor
            (i64.load (local.get $at))
            (i64.load offset=8 (local.get $at)))))
      (br_if $fold
        (i64.lt_u
          (local.tee $at (i64.add (local.get $at) (i64.const 16)))
          (i64.const 0x100000))))
    (local.get $sum)))
