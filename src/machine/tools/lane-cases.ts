// Cases of the lane's loop that no row of the table gives: jumps, calls, moves, memory.

export function block(lines: readonly string[]): string {
  return `{\n        ${lines.join('\n        ')}\n      }`
}

/**
 * The window of memory 0 for an access: `e` = effective address, `p` = page; a carry leaves p
 * undefined.
 */
const open = (address: number, offset: number, window: string): string =>
  `const x = I32[fp + code[pc + ${address}]], o = code[pc + ${offset}], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : ${window}[e >>> 16]`

const loadCase = (bytes: number, fast: string, after: (value: string) => string): string => {
  const aligned = bytes === 1 ? 'p !== undefined' : `p !== undefined && (e & ${bytes - 1}) === 0`
  return block([
    open(2, 3, 'rd'),
    `const v = ${aligned} ? ${fast} : slowLoad(memory, x, o, ${bytes})`,
    'const d = fp + code[pc + 1]',
    after('v'),
    'pc += 4',
    'continue',
  ])
}
const at8 = 'p.u8[e & 0xffff]'
const at16 = 'p.i16[(e & 0xffff) >> 1]'
const at32 = 'p.i32[(e & 0xffff) >> 2]'
const wide = (value: string, high: string): string =>
  `I32[d] = ${value}\n        I32[d + 1] = ${high}`

const loadWords = (count: number): string => {
  const moves = Array.from({ length: count }, (_, i) => `I32[d + ${i}] = q[w + ${i}]`)
  return block([
    open(2, 3, 'rd'),
    'const d = fp + code[pc + 1]',
    `if (p !== undefined && (e & 3) === 0 && (e & 0xffff) <= ${65536 - count * 4}) {
          const q = p.i32, w = (e & 0xffff) >> 2
          ${moves.join('\n          ')}
        } else slowLoadWords(memory, x, o, ${count * 4}, I32, d)`,
    'pc += 4',
    'continue',
  ])
}

const storeCase = (bytes: number, fast: string, value = 'I32[fp + code[pc + 2]]'): string => {
  const aligned = bytes === 1 ? 'p !== undefined' : `p !== undefined && (e & ${bytes - 1}) === 0`
  return block([
    open(1, 3, 'wr'),
    `const v = ${value}`,
    `if (${aligned}) ${fast} = v`,
    `else slowStore(memory, x, o, ${bytes}, v)`,
    'pc += 4',
    'continue',
  ])
}

const storeWords = (count: number): string => {
  const moves = Array.from({ length: count }, (_, i) => `q[w + ${i}] = I32[s + ${i}]`)
  return block([
    open(1, 3, 'wr'),
    'const s = fp + code[pc + 2]',
    `if (p !== undefined && (e & 3) === 0 && (e & 0xffff) <= ${65536 - count * 4}) {
          const q = p.i32, w = (e & 0xffff) >> 2
          ${moves.join('\n          ')}
        } else slowStoreWords(memory, x, o, ${count * 4}, I32, s)`,
    'pc += 4',
    'continue',
  ])
}

/** Opens the callee's frame; what does not fit or is not lowered yet goes by the stepper. */
const enterFrame = (returnPc: number): string => `if (
          used + next.frameWords > limitWords ||
          base + next.roomHalves > capacity ||
          depth >= frames
        ) {
          fuel++
          at = code[pc + ${returnPc}] - 1
          break run
        }
        framePc[depth - 1] = code[pc + ${returnPc}]
        used += next.frameWords
        for (let i = base + next.paramHalves; i < base + next.localHalves; i++) I32[i] = 0
        frameFunction[depth] = callee
        frameBase[depth] = base >> 1
        depth++
        fp = base
        lane = next
        pc = next.start
        break`

const leaveFrame = (words: string): string => `depth--
        used -= lane.frameWords
        if (depth === 0) {
          m.depth = 0
          m.usedWords = 0
          m.sp = (fp >> 1) + ${words}
          m.status = 'idle'
          return fuel
        }
        const caller = frameFunction[depth - 1]
        const back = caller.lane
        if (back === null || caller.instance !== instance) {
          m.depth = depth
          m.usedWords = used
          m.sp = (fp >> 1) + ${words}
          return fuel
        }
        fp = frameBase[depth - 1] << 1
        lane = back
        pc = back.entry[framePc[depth - 1]]
        break`

/** An i64 `h:l` shifted by a constant n; the host takes shift counts modulo 32. */
function shift(low: string, high: string): string {
  const uses = (half: string): boolean => new RegExp(`\\b${half}\\b`).test(`${low} ${high}`)
  return block([
    'const d = fp + code[pc + 1], a = fp + code[pc + 2], n = code[pc + 3]',
    ...(uses('l') ? ['const l = I32[a]'] : []),
    ...(uses('h') ? ['const h = I32[a + 1]'] : []),
    low,
    high,
    'pc += 4',
    'continue',
  ])
}

export const cases: Readonly<Record<string, string>> = {
  next: block(['pc++', 'break']),
  escape: block(['at = code[pc + 1]', 'break run']),
  jump: block(['pc = code[pc + 1]', 'break']),
  jumpIf: block(['pc = I32[fp + code[pc + 1]] !== 0 ? code[pc + 2] : pc + 3', 'break']),
  jumpUnless: block(['pc = I32[fp + code[pc + 1]] === 0 ? code[pc + 2] : pc + 3', 'break']),
  jumpTable: block([
    'const i = I32[fp + code[pc + 1]] >>> 0, n = code[pc + 2]',
    'pc = code[pc + 3 + (i < n ? i : n)]',
    'break',
  ]),
  return0: block([leaveFrame('0')]),
  return1: block([
    'const s = fp + code[pc + 1]',
    'const low = I32[s], high = I32[s + 1]',
    'I32[fp] = low',
    'I32[fp + 1] = high',
    leaveFrame('1'),
  ]),
  returnN: block([
    'const s = fp + code[pc + 1], n = code[pc + 2]',
    'for (let i = 0; i < 2 * n; i++) I32[fp + i] = I32[s + i]',
    leaveFrame('n'),
  ]),
  call: block([
    'const callee = functions[code[pc + 1]]',
    'const base = fp + code[pc + 2]',
    'const next = callee.instance === instance ? callee.lane : null',
    `if (next === null) {
          fuel++
          at = code[pc + 3] - 1
          break run
        }`,
    enterFrame(3),
  ]),
  callIndirect: block([
    'const table = tables[code[pc + 2]]',
    'const i = I32[fp + code[pc + 3]] >>> 0',
    'const here = i < table.size && table.words[2 * i + 1] === instance + 1',
    'const callee = here ? functions[table.words[2 * i]] : null',
    'const base = fp + code[pc + 4]',
    `const next = callee !== null && callee.typeId === code[pc + 1] && callee.instance === instance
          ? callee.lane : null`,
    `if (callee === null || next === null) {
          fuel++
          at = code[pc + 5] - 1
          break run
        }`,
    enterFrame(5),
  ]),
  move: block([
    'const d = fp + code[pc + 1], s = fp + code[pc + 2]',
    'I32[d] = I32[s]',
    'I32[d + 1] = I32[s + 1]',
    'pc += 3',
    'continue',
  ]),
  move2: block([
    'const d = fp + code[pc + 1], s = fp + code[pc + 2]',
    'const h = I32[s + 1], k = I32[s + 2], l = I32[s + 3]',
    'I32[d] = I32[s]',
    'I32[d + 1] = h',
    'I32[d + 2] = k',
    'I32[d + 3] = l',
    'pc += 3',
    'continue',
  ]),
  const64: block([
    'const d = fp + code[pc + 1]',
    'I32[d] = code[pc + 2]',
    'I32[d + 1] = code[pc + 3]',
    'pc += 4',
    'continue',
  ]),
  const128: block([
    'const d = fp + code[pc + 1]',
    'I32[d] = code[pc + 2]',
    'I32[d + 1] = code[pc + 3]',
    'I32[d + 2] = code[pc + 4]',
    'I32[d + 3] = code[pc + 5]',
    'pc += 6',
    'continue',
  ]),
  globalGet: block([
    'const d = fp + code[pc + 1], g = code[pc + 2]',
    'I32[d] = globals[g]',
    'I32[d + 1] = globals[g + 1]',
    'pc += 3',
    'continue',
  ]),
  globalSet: block([
    'const g = code[pc + 1], s = fp + code[pc + 2]',
    'globals[g] = I32[s]',
    'globals[g + 1] = I32[s + 1]',
    'pc += 3',
    'continue',
  ]),
  select: block([
    'const d = fp + code[pc + 1]',
    'const s = I32[fp + code[pc + 4]] !== 0 ? fp + code[pc + 2] : fp + code[pc + 3]',
    'const h = I32[s + 1]',
    'I32[d] = I32[s]',
    'I32[d + 1] = h',
    'pc += 5',
    'continue',
  ]),
  shl64: shift('I32[d] = l << n', 'I32[d + 1] = (h << n) | (l >>> -n)'),
  shl64far: shift('I32[d] = 0', 'I32[d + 1] = l << n'),
  shrU64: shift('I32[d] = (l >>> n) | (h << -n)', 'I32[d + 1] = h >>> n'),
  shrU64far: shift('I32[d] = h >>> n', 'I32[d + 1] = 0'),
  shrS64: shift('I32[d] = (l >>> n) | (h << -n)', 'I32[d + 1] = h >> n'),
  shrS64far: shift('I32[d] = h >> n', 'I32[d + 1] = h >> 31'),
  rotl64: shift('I32[d] = (l << n) | (h >>> -n)', 'I32[d + 1] = (h << n) | (l >>> -n)'),
  rotl64far: shift('I32[d] = (h << n) | (l >>> -n)', 'I32[d + 1] = (l << n) | (h >>> -n)'),
  load8s: loadCase(1, at8, (v) => `I32[d] = (${v} << 24) >> 24`),
  load8u: loadCase(1, at8, (v) => `I32[d] = ${v}`),
  load16s: loadCase(2, at16, (v) => `I32[d] = (${v} << 16) >> 16`),
  load16u: loadCase(2, at16, (v) => `I32[d] = ${v} & 0xffff`),
  load32: loadCase(4, at32, (v) => `I32[d] = ${v}`),
  load64: loadWords(2),
  load8s64: loadCase(1, at8, (v) => wide(`(${v} << 24) >> 24`, `(${v} << 24) >> 31`)),
  load8u64: loadCase(1, at8, (v) => wide(v, '0')),
  load16s64: loadCase(2, at16, (v) => wide(`(${v} << 16) >> 16`, `(${v} << 16) >> 31`)),
  load16u64: loadCase(2, at16, (v) => wide(`${v} & 0xffff`, '0')),
  load32s64: loadCase(4, at32, (v) => wide(v, `${v} >> 31`)),
  load32u64: loadCase(4, at32, (v) => wide(v, '0')),
  load128: loadWords(4),
  store8k: storeCase(1, at8, 'code[pc + 2]'),
  store32k: storeCase(4, at32, 'code[pc + 2]'),
  store8: storeCase(1, at8),
  store16: storeCase(2, at16),
  store32: storeCase(4, at32),
  store64: storeWords(2),
  store128: storeWords(4),
  meaning: block([
    'meanings[code[pc + 1]](words, fp + code[pc + 2], fp + code[pc + 3], fp + code[pc + 4])',
    'pc += 5',
    'continue',
  ]),
  lanes: block([
    'const w = fp >> 1',
    `laneFunctions[code[pc + 1]](
          words, w + (code[pc + 2] >> 1), w + (code[pc + 3] >> 1), w + (code[pc + 4] >> 1),
          w + (code[pc + 5] >> 1), code[pc + 6],
        )`,
    'pc += 7',
    'continue',
  ]),
  vectorLoad: block([
    `loadVector(
          memory, words, code[pc + 1], (fp + code[pc + 2]) >> 1, I32[fp + code[pc + 3]],
          code[pc + 4], code[pc + 5],
        )`,
    'pc += 6',
    'continue',
  ]),
  vectorStore: block([
    `storeVector(
          memory, words, code[pc + 1], I32[fp + code[pc + 2]], (fp + code[pc + 3]) >> 1,
          code[pc + 4], code[pc + 5],
        )`,
    'pc += 6',
    'continue',
  ]),
}
