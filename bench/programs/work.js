// What JavaScript programs do, n times: numbers, closures, objects, texts, maps, sorting, JSON.
const primes = (limit) => {
  const marks = new Uint8Array(limit + 1)
  let sum = 0
  for (let i = 2; i <= limit; i++) {
    if (marks[i]) continue
    sum += i
    for (let j = i * 2; j <= limit; j += i) marks[j] = 1
  }
  return sum
}

class Point {
  constructor(x, y) {
    this.x = x
    this.y = y
  }
  plus(other) {
    return new Point(this.x + other.x, this.y + other.y)
  }
}

const words = (text) => {
  const counts = new Map()
  for (const word of text.match(/[a-z]+/g)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}

const checked = (value) => {
  if (value % 3 === 0) throw new RangeError(`${value}`)
  return value
}

const caught = (count) => {
  let total = 0
  for (let i = 0; i < count; i++) {
    try {
      total += checked(i)
    } catch (error) {
      total -= Number(error.message)
    }
  }
  return total
}

const text = 'the quick brown fox jumps over the lazy dog and then the dog sleeps '.repeat(8)
let check = 0x811c9dc5
for (let turn = 0; turn < Number(globalThis.args[1]); turn++) {
  let total = new Point(turn, 0.5)
  for (let i = 0; i < 300; i++) total = total.plus(new Point(i, i / 4))
  const line = JSON.stringify({
    primes: primes(2000),
    squares: Array.from({ length: 100 }, (_, i) => i * turn).map((x) => x * x),
    words: words(text),
    point: [total.x, total.y],
    caught: caught(60),
  })
  if (JSON.parse(line).point[0] !== total.x) throw new Error('another point')
  for (let i = 0; i < line.length; i++) check = Math.imul(check ^ line.charCodeAt(i), 0x01000193)
}
globalThis.print(check >>> 0)
