// A program with damage in its debug sections.
import type { Program } from '../../isa/program.ts'

/** Every second round flips a few bits in each section, the others cut it short. */
export function damagedCopy(program: Program, round: number): Program {
  return { ...program, customs: program.customs.map((custom) => damaged(custom, round)) }
}

type Custom = Program['customs'][number]

function damaged({ name, bytes }: Custom, round: number): Custom {
  if (!name.startsWith('.debug') || bytes.length === 0) return { name, bytes }
  const random = (limit: number, salt: number): number =>
    ((Math.imul(round + 1, 0x9e37_79b1) ^ Math.imul(salt + name.length, 0x85eb_ca6b)) >>> 1) % limit
  if (round % 2 === 1) return { name, bytes: bytes.slice(0, random(bytes.length, 0)) }
  const copy = bytes.slice()
  for (let flip = 0; flip < 3; flip++) copy[random(copy.length, flip)] ^= 1 << ((round >> 1) % 8)
  return { name, bytes: copy }
}
