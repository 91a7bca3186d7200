// Expressions that say where a variable is, or what it is (DWARF 5, 2.5 and 7.7.1), with
// DW_OP_WASM_location: a local, a global or an operand.
import { Attribute } from './constants.ts'
import { DamagedDebugData, type DebugReader } from './debug-reader.ts'
import { entryAt } from './entries.ts'
import { isLeftOut } from './ranges.ts'
import { type FrameValues, inMemory, NOWHERE, ofBytes, ofPieces, type Storage } from './storage.ts'
import type { Unit } from './units.ts'

/** At an address, in a frame whose function has this frame base. */
export interface Standing {
  readonly frame: FrameValues
  readonly address: number
  /** null: not known. */
  readonly frameBase: bigint | null
}

export function wordBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true)
  return bytes
}

const PIECE = 0x93
const STACK_VALUE = 0x9f
const MOST_STEPS = 4096

/** null among the operands: a value that is not known, such as a local that is not kept. */
type Word = bigint | null

export class Evaluation {
  private readonly unit: Unit
  private readonly standing: Standing
  private readonly r: DebugReader
  private readonly stack: Word[] = []
  /** A value rather than an address: what DW_OP_stack_value and DW_OP_implicit_value leave. */
  private value: Storage | null = null

  constructor(unit: Unit, standing: Standing, expression: DebugReader) {
    this.unit = unit
    this.standing = standing
    this.r = expression
  }

  /** Of a frame base: the value on top, whether or not it is called a value. */
  top(): Word {
    for (let left = MOST_STEPS; !this.r.done && left > 0; left--) {
      const opcode = this.r.u8()
      if (opcode !== STACK_VALUE) this.step(opcode)
    }
    return this.stack.at(-1) ?? null
  }

  storage(): Storage {
    const pieces: { sizeBytes: number; storage: Storage }[] = []
    for (let left = MOST_STEPS; !this.r.done && left > 0; left--) {
      const opcode = this.r.u8()
      if (opcode !== PIECE) {
        this.step(opcode)
        continue
      }
      pieces.push({ sizeBytes: this.r.uleb(), storage: this.here() })
      this.stack.length = 0
      this.value = null
    }
    return pieces.length > 0 ? ofPieces(pieces) : this.here()
  }

  private here(): Storage {
    if (this.value !== null) return this.value
    const address = this.stack.at(-1) ?? null
    return address === null ? NOWHERE : inMemory(this.standing.frame, this.asAddress(address))
  }
  private asAddress(value: bigint): number {
    return Number(BigInt.asUintN(8 * this.unit.addressBytes, value))
  }

  private pop(): Word {
    const value = this.stack.pop()
    if (value === undefined) throw new DamagedDebugData('an empty stack')
    return value
  }
  private push(value: Word): void {
    this.stack.push(value === null ? null : BigInt.asIntN(64, value))
  }

  private step(opcode: number): void {
    const { r, standing } = this
    if (opcode >= 0x30 && opcode <= 0x4f) return this.push(BigInt(opcode - 0x30))
    switch (opcode) {
      case 0x03:
        return this.address(r.uint(this.unit.addressBytes))
      case 0x06:
        return this.load(this.unit.addressBytes)
      case 0x94:
        return this.load(r.u8())
      case 0x91:
        return this.add(standing.frameBase, r.slebBig())
      case 0x23:
        return this.add(this.pop(), r.ulebBig())
      case 0x96:
        return
      case 0x9e:
        this.value = ofBytes(r.raw(r.uleb()))
        return
      case STACK_VALUE: {
        const word = this.pop()
        this.value = word === null ? NOWHERE : ofBytes(wordBytes(word))
        return
      }
      case 0xa1:
      case 0xa2:
        return this.address(this.unit.indexedAddress(r.uleb()))
      case 0xa3:
      case 0xf3:
        // The value at the function's entry is not kept.
        r.raw(r.uleb())
        return this.push(null)
      case 0xa8:
        return this.convert(r.uleb())
      case 0xed:
        return this.ofFrame(r.u8())
      default:
        return this.constant(opcode)
    }
  }

  /** Data that the linker left out have the last addresses there are. */
  private address(address: number): void {
    this.push(isLeftOut(address) ? null : BigInt(address))
  }

  private add(word: Word, offset: bigint): void {
    this.push(word === null ? null : word + offset)
  }

  private load(sizeBytes: number): void {
    if (sizeBytes < 1 || sizeBytes > 8) throw new DamagedDebugData('a bad size')
    const address = this.pop()
    const { frame } = this.standing
    const bytes = address === null ? null : frame.memory(this.asAddress(address), sizeBytes)
    if (bytes === null) return this.push(null)
    const word = new Uint8Array(8)
    word.set(bytes)
    this.push(new DataView(word.buffer).getBigUint64(0, true))
  }

  /** To a base type, by its offset in the unit; 0: to an address. */
  private convert(offset: number): void {
    const value = this.pop()
    if (value === null || offset === 0) return this.push(value)
    const type = entryAt(this.unit, this.unit.offset + offset)
    const bits = 8 * Math.min(8, type.number(Attribute.byteSize) ?? 8)
    const signed = [5, 6].includes(type.number(Attribute.encoding) ?? 0)
    this.push(signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value))
  }

  private ofFrame(kind: number): void {
    const { frame } = this.standing
    const index = kind === 3 ? this.r.u32() : this.r.uleb()
    if (kind === 0) this.push(frame.local(index))
    else if (kind === 2) this.push(frame.operand(index))
    else if (kind === 1 || kind === 3) this.push(frame.global(index))
    else throw new DamagedDebugData('an unknown place')
  }

  private constant(opcode: number): void {
    const { r } = this
    switch (opcode) {
      case 0x08:
        return this.push(BigInt(r.u8()))
      case 0x09:
        return this.push(BigInt(r.s8()))
      case 0x0a:
        return this.push(BigInt(r.u16()))
      case 0x0b:
        return this.push(BigInt.asIntN(16, BigInt(r.u16())))
      case 0x0c:
        return this.push(BigInt(r.u32()))
      case 0x0d:
        return this.push(BigInt.asIntN(32, BigInt(r.u32())))
      case 0x0e:
      case 0x0f:
        return this.push(r.u64())
      case 0x10:
        return this.push(r.ulebBig())
      case 0x11:
        return this.push(r.slebBig())
      default:
        return this.arithmetic(opcode)
    }
  }

  private arithmetic(opcode: number): void {
    const right = this.pop()
    switch (opcode) {
      case 0x12:
        this.push(right)
        return this.push(right)
      case 0x13:
        return
      case 0x1f:
        return this.push(right === null ? null : -right)
      case 0x20:
        return this.push(right === null ? null : ~right)
      default: {
        const meaning = binary[opcode]
        if (meaning === undefined) throw new DamagedDebugData('an unknown operation')
        const left = this.pop()
        return this.push(left === null || right === null ? null : meaning(left, right))
      }
    }
  }
}

const unsigned = (word: bigint): bigint => BigInt.asUintN(64, word)
const by = (word: bigint): bigint => (word < 0n || word > 63n ? 64n : word)

const binary: Readonly<Record<number, (left: bigint, right: bigint) => Word>> = {
  26: (left, right) => left & right,
  27: (left, right) => (right === 0n ? null : left / right),
  28: (left, right) => left - right,
  29: (left, right) => (right === 0n ? null : unsigned(left) % unsigned(right)),
  30: (left, right) => left * right,
  33: (left, right) => left | right,
  34: (left, right) => left + right,
  36: (left, right) => left << by(right),
  37: (left, right) => unsigned(left) >> by(right),
  38: (left, right) => left >> by(right),
  39: (left, right) => left ^ right,
}
