// Calls of exports from the command line: arguments from text, results to text.
import { hex } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { type Kind, Kinds, kindNames } from '../isa/types.ts'
import type { Vac, VacInstance, Value } from '../vac.ts'
import type { DriveEnd } from './drive.ts'

/** Begins the call of an export with arguments as text. */
export function beginCall(instance: VacInstance, name: string, args: readonly string[]): void {
  const extern = instance.extern(name, 'func')
  if (extern === null && name === '_start') {
    const names = instance.exports().slice(0, 8)
    throw new VacError('CALL_UNKNOWN', {
      found: 'no exported function _start',
      expected: names.length === 0 ? 'none is exported' : `one of ${names.join(', ')}`,
      hint: 'call a function with: vac run --invoke NAME PROGRAM ARGUMENTS',
    })
  }
  const kinds = extern?.kind === 'func' ? extern.fn.paramKinds : []
  const values = args.map((text, at) => parseValue(kinds[at], text, at))
  instance.begin(name, ...values)
}

function parseValue(kind: Kind | undefined, text: string, at: number): Value {
  const refuse = (expected: string): never => {
    throw new VacError('CALL_ARGUMENTS', { found: text, expected, where: `argument ${at}` })
  }
  switch (kind) {
    case undefined:
      return null
    case Kinds.i32:
      return wholePattern.test(text) ? Number(wholeOf(text)) : refuse('an i32, such as -1 or 0xff')
    case Kinds.i64:
      return wholePattern.test(text) ? wholeOf(text) : refuse('an i64, such as -1 or 0xff')
    case Kinds.f32:
    case Kinds.f64: {
      const value = Number(text.trim() === '' ? 'x' : text)
      return Number.isNaN(value) && text !== 'NaN' ? refuse(`an ${kindNames[kind]}`) : value
    }
    default:
      return text === 'null' ? null : refuse(`null, the only ${kindNames[kind]} to give here`)
  }
}

const wholePattern = /^-?([0-9]{1,20}|0x[0-9a-fA-F]{1,16})$/
const wholeOf = (text: string): bigint =>
  text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)

export function valueText(value: Value): string {
  if (value instanceof Uint8Array) return `0x${hex(value.toReversed())}`
  if (Object.is(value, -0)) return '-0'
  if (value === null || typeof value !== 'object') return `${value}`
  return 'function' in value
    ? `function ${value.function} of instance ${value.instance}`
    : `extern ${value.extern}`
}

/** The results of an invoked export as text; null: none was invoked, or it did not return. */
export function callResults(vac: Vac, invoked: string | null, end: DriveEnd): string[] | null {
  if (invoked === null || end !== 'ended' || vac.status !== 'idle') return null
  const last = vac.machine.store.instances.length - 1
  const result = vac.instance(last).result(invoked)
  return result.status === 'returned' ? result.values.map(valueText) : null
}
