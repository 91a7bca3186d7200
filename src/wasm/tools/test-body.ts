// Translates functions written as text or bytes, and lists their code for the tests of this room.
import wabtInit from 'wabt'
import type { FunctionDef } from '../../isa/program.ts'
import { rowByCode } from '../../isa/table.ts'
import { kindNames } from '../../isa/types.ts'
import { translateBody } from '../body.ts'
import { decodeModule } from '../decode.ts'
import { checkFlow } from './flow-check.ts'
import { list, moduleOf, section } from './test-module.ts'

const wabt = await wabtInit()
const features = {
  exceptions: true,
  simd: true,
  relaxed_simd: true,
  tail_call: true,
  memory64: true,
  multi_memory: true,
}

/** The module's bytes, unchecked: what is refused is ours to refuse. */
export function assembleWat(text: string): Uint8Array {
  const module = wabt.parseWat('test.wat', `(module ${text})`, features)
  return module.toBinary({}).buffer
}

/**
 * Translates all functions, checks the flow of each and gives the one asked for, the first by
 * default.
 */
export function translateFunction(bytes: Uint8Array, index = 0): FunctionDef {
  const module = decodeModule(bytes)
  const functions = module.bodies.map((_, i) => translateBody(module, i))
  for (const f of functions) checkFlow(module, f)
  return functions[index]
}

/** A module of one function of type 0, given by its type section's entries and its code. */
export function functionOf(types: readonly number[][], ...code: number[]): Uint8Array {
  const body = [0x00, ...code, 0x0b]
  return moduleOf(
    section(1, list(...types)),
    section(3, list([0])),
    section(10, list([body.length, ...body])),
  )
}

/** One line an instruction, label (`2: i32 i64`, its pc and stack) and handler. */
export function listing(f: FunctionDef): string[] {
  const { op, at, imm } = f.code
  const lines: string[] = []
  for (let pc = 0; pc < op.length; pc++) {
    const words = imm.subarray(at[pc], pc + 1 < op.length ? at[pc + 1] : imm.length)
    lines.push([rowByCode[op[pc]]?.name, ...words].join(' '))
  }
  for (const { pc, stack } of f.labels) {
    lines.push([`${pc}:`, ...stack.map((kind) => kindNames[kind])].join(' '))
  }
  for (const { from, to, tag, ref, refLocal, label } of f.handlers) {
    const local = refLocal < 0 ? '' : ` local ${refLocal}`
    lines.push(`[${from},${to}) tag ${tag}${ref ? ' ref' : ''}${local} label ${label}`)
  }
  return lines
}

/** The listing of the first function of a module's text. */
export const listWat = (text: string): string[] => listing(translateFunction(assembleWat(text)))
