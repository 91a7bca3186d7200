// i64 on 32-bit halves: meanings for the lane's loop, as text.

/**
 * i64 rows on 32-bit halves: a bigint costs several times as much. `d`, `a`, `b` are half indices.
 */
export const halves: Readonly<Record<string, string>> = {
  'i64.add': `const al = I32[a], l = (al + I32[b]) | 0
        I32[d + 1] = I32[a + 1] + I32[b + 1] + (((al & I32[b]) | ((al | I32[b]) & ~l)) >>> 31)
        I32[d] = l`,
  'i64.sub': `const al = I32[a], l = (al - I32[b]) | 0
        I32[d + 1] = I32[a + 1] - I32[b + 1] - (((~al & I32[b]) | ((~al | I32[b]) & l)) >>> 31)
        I32[d] = l`,
  'i64.and': `const h = I32[a + 1] & I32[b + 1]
        I32[d] = I32[a] & I32[b]
        I32[d + 1] = h`,
  'i64.or': `const h = I32[a + 1] | I32[b + 1]
        I32[d] = I32[a] | I32[b]
        I32[d + 1] = h`,
  'i64.xor': `const h = I32[a + 1] ^ I32[b + 1]
        I32[d] = I32[a] ^ I32[b]
        I32[d + 1] = h`,
  'i64.shl': `const n = I32[b] & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = 0; I32[d + 1] = l << n }
        else { I32[d] = l << n; I32[d + 1] = n === 0 ? h : (h << n) | (l >>> (32 - n)) }`,
  'i64.shr_u': `const n = I32[b] & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = h >>> n; I32[d + 1] = 0 }
        else { I32[d] = n === 0 ? l : (l >>> n) | (h << (32 - n)); I32[d + 1] = h >>> n }`,
  'i64.shr_s': `const n = I32[b] & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = h >> n; I32[d + 1] = h >> 31 }
        else { I32[d] = n === 0 ? l : (l >>> n) | (h << (32 - n)); I32[d + 1] = h >> n }`,
  'i64.rotl': `const n = I32[b] & 63
        const l = n >= 32 ? I32[a + 1] : I32[a], h = n >= 32 ? I32[a] : I32[a + 1]
        if ((n & 31) === 0) { I32[d] = l; I32[d + 1] = h }
        else {
          I32[d] = (l << n) | (h >>> (32 - (n & 31)))
          I32[d + 1] = (h << n) | (l >>> (32 - (n & 31)))
        }`,
  'i64.rotr': `const n = -I32[b] & 63
        const l = n >= 32 ? I32[a + 1] : I32[a], h = n >= 32 ? I32[a] : I32[a + 1]
        if ((n & 31) === 0) { I32[d] = l; I32[d + 1] = h }
        else {
          I32[d] = (l << n) | (h >>> (32 - (n & 31)))
          I32[d + 1] = (h << n) | (l >>> (32 - (n & 31)))
        }`,
  'i64.extend_i32_u': `I32[d] = I32[a]
        I32[d + 1] = 0`,
  'i64.extend_i32_s': `const l = I32[a]
        I32[d] = l
        I32[d + 1] = l >> 31`,
  'i64.extend8_s': `const l = (I32[a] << 24) >> 24
        I32[d] = l
        I32[d + 1] = l >> 31`,
  'i64.extend16_s': `const l = (I32[a] << 16) >> 16
        I32[d] = l
        I32[d + 1] = l >> 31`,
  'i64.extend32_s': `const l = I32[a]
        I32[d] = l
        I32[d + 1] = l >> 31`,
  'i32.wrap_i64': `I32[d] = I32[a]`,
  'i64.reinterpret_f64': `const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h`,
  'f64.reinterpret_i64': `const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h`,
  'f64.neg': `const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h ^ -0x80000000`,
  'f64.abs': `const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h & 0x7fffffff`,
  'f64.copysign': `const h = (I32[a + 1] & 0x7fffffff) | (I32[b + 1] & -0x80000000)
        I32[d] = I32[a]
        I32[d + 1] = h`,
}

/** Tests of i64 on halves: an expression of half indices. */
export const halfTests: Readonly<Record<string, string>> = {
  'i64.eqz': '(I32[a] | I32[a + 1]) === 0',
  'i64.eq': 'I32[a] === I32[b] && I32[a + 1] === I32[b + 1]',
  'i64.ne': 'I32[a] !== I32[b] || I32[a + 1] !== I32[b + 1]',
  'i64.lt_s': less('a', 'b', ''),
  'i64.gt_s': less('b', 'a', ''),
  'i64.le_s': `!(${less('b', 'a', '')})`,
  'i64.ge_s': `!(${less('a', 'b', '')})`,
  'i64.lt_u': less('a', 'b', ' >>> 0'),
  'i64.gt_u': less('b', 'a', ' >>> 0'),
  'i64.le_u': `!(${less('b', 'a', ' >>> 0')})`,
  'i64.ge_u': `!(${less('a', 'b', ' >>> 0')})`,
}

function less(a: string, b: string, sign: string): string {
  const [ah, bh] = [`I32[${a} + 1]`, `I32[${b} + 1]`]
  const strict = sign === '' ? `${ah} < ${bh}` : `${ah} >>> 0 < ${bh} >>> 0`
  return `${strict} || (${ah} === ${bh} && I32[${a}] >>> 0 < I32[${b}] >>> 0)`
}
