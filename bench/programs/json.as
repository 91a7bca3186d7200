// A recursive-descent JSON reader: writes a text of n records, then reads it four times. Byte loads
// and branch tables.
const TEXT: usize = memory.data(1 << 20, 16)
const END: usize = TEXT + (1 << 20) - 256

/** What a byte can begin, by byte. */
const CLASS: usize = memory.data(256, 16)
const OTHER: u8 = 0
const STRING: u8 = 1
const NUMBER: u8 = 2
const LIST: u8 = 3
const FALSE: u8 = 4
const NULL: u8 = 5
const TRUE: u8 = 6
const RECORD: u8 = 7
const BLANK: u8 = 8

function classify(): void {
  for (let byte = 48; byte < 58; byte++) store<u8>(CLASS + byte, NUMBER)
  store<u8>(CLASS + 34, STRING)
  store<u8>(CLASS + 45, NUMBER)
  store<u8>(CLASS + 91, LIST)
  store<u8>(CLASS + 102, FALSE)
  store<u8>(CLASS + 110, NULL)
  store<u8>(CLASS + 116, TRUE)
  store<u8>(CLASS + 123, RECORD)
  store<u8>(CLASS + 9, BLANK)
  store<u8>(CLASS + 10, BLANK)
  store<u8>(CLASS + 13, BLANK)
  store<u8>(CLASS + 32, BLANK)
}

let at: usize = 0
let failed: bool = false
let check: u64 = 0

function put(text: string): void {
  for (let i = 0; i < text.length; i++) store<u8>(at++, <u8>text.charCodeAt(i))
}

function putNumber(value: u32): void {
  if (value >= 10) putNumber(value / 10)
  store<u8>(at++, <u8>(48 + (value % 10)))
}

function write(n: i32): usize {
  at = TEXT
  put('[')
  for (let i = 0; i < n && at < END; i++) {
    if (i > 0) put(',\n  ')
    put('{"id": ')
    putNumber(i)
    put(', "name": "record \\"')
    putNumber(i * 7919)
    put('\\" \\u00e9\\n", "ok": ')
    put(i % 3 == 0 ? 'true' : 'false')
    put(', "tags": ["alpha", "beta", null], "at": {"x": -')
    putNumber(i % 1000)
    put('.5e1, "y": ')
    putNumber(i * 13)
    put('}}')
  }
  put(']')
  store<u8>(at, 0)
  return at
}

function mix(value: u64): void {
  check = (check ^ value) * 0x100000001b3
}

function blank(): void {
  while (load<u8>(CLASS + load<u8>(at)) == BLANK) at++
}

function hexDigit(byte: u32): u32 {
  if (byte - 48 < 10) return byte - 48
  const letter = (byte | 32) - 97
  if (letter < 6) return letter + 10
  failed = true
  return 0
}

function escape(): u32 {
  const byte = load<u8>(at++)
  switch (byte) {
    case 34:
    case 47:
    case 92:
      return byte
    case 98:
      return 8
    case 102:
      return 12
    case 110:
      return 10
    case 114:
      return 13
    case 116:
      return 9
    case 117: {
      let code: u32 = 0
      for (let i = 0; i < 4; i++) code = (code << 4) | hexDigit(load<u8>(at++))
      return code
    }
    default:
      failed = true
      return 0
  }
}

function text(): void {
  let hash: u32 = 0x811c9dc5
  at++
  while (true) {
    let unit: u32 = load<u8>(at++)
    if (unit == 34) break
    if (unit < 32) {
      failed = true
      return
    }
    if (unit == 92) unit = escape()
    hash = (hash ^ unit) * 0x01000193
  }
  mix(hash)
}

function digits(): f64 {
  let value: f64 = 0
  while (true) {
    const digit = <u32>load<u8>(at) - 48
    if (digit > 9) return value
    value = value * 10 + <f64>digit
    at++
  }
}

function number(): void {
  const negative = load<u8>(at) == 45
  if (negative) at++
  let value = digits()
  if (load<u8>(at) == 46) {
    const from = ++at
    let part = digits()
    for (let i = from; i < at; i++) part *= 0.1
    value += part
  }
  if ((load<u8>(at) | 32) == 101) {
    at++
    const down = load<u8>(at) == 45
    if (down || load<u8>(at) == 43) at++
    const power = <i32>digits()
    for (let i = 0; i < power; i++) value *= down ? 0.1 : 10
  }
  mix(reinterpret<u64>(negative ? -value : value))
}

function word(size: usize): void {
  for (let i: usize = 0; i < size; i++) mix(load<u8>(at + i))
  at += size
}

function members(close: u32, named: bool): void {
  at++
  blank()
  if (load<u8>(at) == close) {
    at++
    return
  }
  while (!failed) {
    if (named) {
      text()
      blank()
      if (load<u8>(at++) != 58) failed = true
    }
    value()
    blank()
    const byte = load<u8>(at++)
    if (byte == close) return
    if (byte != 44) failed = true
    blank()
  }
}

function value(): void {
  while (true) {
    switch (load<u8>(CLASS + load<u8>(at))) {
      case OTHER:
        failed = true
        return
      case STRING:
        return text()
      case NUMBER:
        return number()
      case LIST:
        return members(93, false)
      case FALSE:
        return word(5)
      case NULL:
      case TRUE:
        return word(4)
      case RECORD:
        return members(125, true)
      case BLANK:
        at++
        break
      default:
        unreachable()
    }
  }
}

export function run(n: i32): i64 {
  classify()
  const end = write(n)
  check = 0xcbf29ce484222325
  failed = false
  for (let round = 0; round < 4; round++) {
    at = TEXT
    value()
    if (failed || at != end) unreachable()
  }
  return <i64>check
}
