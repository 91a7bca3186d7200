// One pass over a function body: validates it (spec: Validation, Instructions) and emits its Atom
// code. An instruction of the source that is executed becomes one instruction, and so one tick;
// blocks and ends become labels, which are free; source that nothing reaches is validated and emits
// nothing.
import { CodeBuilder } from '../isa/code-builder.ts'
import type { FunctionDef } from '../isa/program.ts'
import { pages } from '../isa/row.ts'
import { closeBlock, openBlock, openFunction, openIf, turnElse } from './body-blocks.ts'
import * as branches from './body-branches.ts'
import * as calls from './body-calls.ts'
import * as exceptions from './body-exceptions.ts'
import { BLOCK, LOOP, TRY, TRY_TABLE } from './body-frame.ts'
import { localGet, localSet, localTee, readLocals } from './body-locals.ts'
import * as memory from './body-memory.ts'
import {
  ACCESS,
  form,
  LANE,
  LANE_ACCESS,
  PLAIN,
  pop0,
  pop1,
  pop2,
  popCount,
  result,
} from './body-operators.ts'
import * as references from './body-references.ts'
import { Body } from './body-state.ts'
import * as tables from './body-tables.ts'
import * as values from './body-values.ts'
import type { WasmModule } from './module.ts'

/**
 * `index` counts the defined functions; whoever translates many has one `builder` for all. Throws a
 * VacError with the offset and the function.
 */
export function translateBody(
  module: WasmModule,
  index: number,
  builder = new CodeBuilder(),
): FunctionDef {
  builder.clear()
  const body = new Body(module, index, builder)
  readLocals(body)
  openFunction(body)
  instructions(body)
  const { reader, place, code, source, labels, handlers } = body
  if (!reader.done) {
    place.at = reader.at
    place.malformed('bytes after the last end', 'the end of the function: section size mismatch')
  }
  return {
    type: module.bodies[index].type,
    locals: body.locals.slice(body.type.params.length),
    code: code.take(),
    labels,
    handlers,
    source: source.slice(0, code.length),
  }
}

/** Up to the end of the outermost block. */
function instructions(body: Body): void {
  const { reader, place } = body
  for (;;) {
    place.at = reader.at
    const byte = reader.u8()
    if (form[byte] === PLAIN) plain(body, byte)
    else if (byte === 0x20) localGet(body)
    else if (form[byte] === ACCESS) memory.access(body, byte)
    else if (byte === 0x0b) {
      if (closeOne(body)) return
    } else special(body, byte)
  }
}

/** Closes the innermost block; true at the end of the function. */
function closeOne(body: Body): boolean {
  if (body.frames[body.depth].kind === TRY_TABLE) exceptions.closeTryTable(body)
  return closeBlock(body)
}

function plain(body: Body, code: number): void {
  const { stack } = body
  const operands = popCount[code]
  if (operands === 3) stack.pop(pop2[code])
  if (operands >= 2) stack.pop(pop1[code])
  if (operands >= 1) stack.pop(pop0[code])
  if (result[code] !== 0) stack.push(result[code])
  body.emit(code)
}

/** The instructions with a rule of their own, by WebAssembly's opcodes. */
function special(body: Body, byte: number): void {
  switch (byte) {
    case 0x00:
      body.emit(0x00)
      return body.stop()
    case 0x02:
      return void openBlock(body, BLOCK)
    case 0x03:
      return void openBlock(body, LOOP)
    case 0x04:
      return openIf(body)
    case 0x05:
      return turnElse(body)
    case 0x06:
      return void openBlock(body, TRY)
    case 0x07:
      return exceptions.turnCatch(body)
    case 0x08:
      return exceptions.throwTag(body)
    case 0x09:
      return exceptions.rethrow(body)
    case 0x0a:
      return exceptions.throwRef(body)
    case 0x0c:
      return branches.branch(body)
    case 0x0d:
      return branches.branchIf(body)
    case 0x0e:
      return branches.branchTable(body)
    case 0x0f:
      return calls.leaveFunction(body)
    case 0x10:
      return calls.call(body)
    case 0x11:
      return calls.callIndirect(body, false)
    case 0x12:
      return calls.returnCall(body)
    case 0x13:
      return calls.callIndirect(body, true)
    case 0x14:
      return calls.callRef(body, false)
    case 0x15:
      return calls.callRef(body, true)
    case 0x18:
      return exceptions.delegate(body)
    case 0x19:
      return exceptions.turnCatchAll(body)
    case 0x1a:
      return values.drop(body)
    case 0x1b:
      return values.select(body)
    case 0x1c:
      return values.selectTyped(body)
    case 0x1f:
      return exceptions.openTryTable(body)
    case 0x21:
      return localSet(body)
    case 0x22:
      return localTee(body)
    case 0x23:
      return tables.globalGet(body)
    case 0x24:
      return tables.globalSet(body)
    case 0x25:
      return tables.tableGet(body)
    case 0x26:
      return tables.tableSet(body)
    case 0x3f:
      return memory.memorySize(body)
    case 0x40:
      return memory.memoryGrow(body)
    case 0x41:
      return values.constI32(body)
    case 0x42:
      return values.constI64(body)
    case 0x43:
      return values.constF32(body)
    case 0x44:
      return values.constF64(body)
    case 0xd0:
      return references.refNull(body)
    case 0xd1:
      return references.refIsNull(body)
    case 0xd2:
      return references.refFunc(body)
    case 0xd3:
      return references.refEq(body)
    case 0xd4:
      return references.refAsNonNull(body)
    case 0xd5:
      return branches.branchOnNull(body)
    case 0xd6:
      return branches.branchOnNonNull(body)
    case 0xfb:
      return references.referenceOperator(body)
    case 0xfc:
      return miscellaneous(body)
    case 0xfd:
      return vector(body)
    case 0xfe:
      return body.place.unsupported('an atomic instruction', 'compile without threads')
  }
  body.place.malformed(`illegal opcode 0x${byte.toString(16)}`, 'an instruction')
}

function miscellaneous(body: Body): void {
  const code = body.u32()
  if (code < 8) return plain(body, pages.misc + code)
  switch (code) {
    case 8:
      return memory.memoryInit(body)
    case 9:
      return memory.dataDrop(body)
    case 10:
      return memory.memoryCopy(body)
    case 11:
      return memory.memoryFill(body)
    case 12:
      return tables.tableInit(body)
    case 13:
      return tables.elementDrop(body)
    case 14:
      return tables.tableCopy(body)
    case 15:
      return tables.tableGrow(body)
    case 16:
      return tables.tableSize(body)
    case 17:
      return tables.tableFill(body)
  }
  body.place.malformed(`illegal opcode 0xfc ${code}`, 'an instruction')
}

const vectorCodes = pages.machine - pages.simd

function vector(body: Body): void {
  const opcode = body.u32()
  if (opcode === 0x0c) return values.constV128(body)
  if (opcode === 0x0d) return values.shuffle(body)
  const code = pages.simd + opcode
  switch (opcode < vectorCodes ? form[code] : 0) {
    case PLAIN:
      return plain(body, code)
    case ACCESS:
    case LANE_ACCESS:
      return memory.access(body, code)
    case LANE: {
      const lane = memory.readLane(body, code)
      plain(body, code)
      if (body.reachable) body.code.push(lane)
      return
    }
  }
  body.place.malformed(`illegal opcode 0xfd ${opcode}`, 'an instruction')
}
