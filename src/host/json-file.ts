// JSON that people and other programs write: every field checked, and the first at fault named.
import type * as z from 'zod/mini'
import { decodeUtf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'

type Code = 'MANIFEST_INVALID' | 'CONFIG_INVALID' | 'RECORDING_DAMAGED' | 'REQUEST_INVALID'

/** The value in a file, as its schema has it; the coded error otherwise. */
export function checkedJson<Schema extends z.ZodMiniType>(
  schema: Schema,
  bytes: Uint8Array,
  name: string,
  code: Code,
): z.infer<Schema> {
  return checkedValue(schema, jsonOf(bytes, name, code), name, code)
}

/** A value, as its schema has it; the coded error otherwise. */
export function checkedValue<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  name: string,
  code: Code,
): z.infer<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue.path.length === 0 ? '' : `, field ${issue.path.join('.')}`
  throw new VacError(code, { where: `${name}${field}`, ...complaintOf(issue) })
}

function complaintOf(issue: z.core.$ZodIssue): { found: string; expected?: string } {
  switch (issue.code) {
    case 'unrecognized_keys':
      return { found: `the unknown field ${issue.keys[0]}`.slice(0, 100) }
    case 'too_small':
      return { found: 'a smaller value or a shorter list', expected: `at least ${issue.minimum}` }
    case 'too_big':
      return { found: 'a larger value or a longer list', expected: `at most ${issue.maximum}` }
    case 'invalid_type':
      return { found: 'another type or nothing', expected: `a value of type ${issue.expected}` }
    case 'invalid_value':
      return { found: 'another value or nothing', expected: issue.values.map(String).join(', ') }
    case 'invalid_format':
      return { found: 'text of another form', expected: `${issue.pattern ?? issue.format}` }
    case 'invalid_key':
      return { found: `the name ${String(issue.path.at(-1))}`, expected: issue.issues[0].message }
    default:
      return { found: issue.message }
  }
}

function jsonOf(bytes: Uint8Array, name: string, code: Code): unknown {
  const text = decodeUtf8(bytes)
  if (text === null) throw new VacError(code, { where: name, found: 'bytes that are not UTF-8' })
  try {
    return JSON.parse(text)
  } catch (error) {
    const found = error instanceof SyntaxError ? error.message : 'text nested too deep'
    throw new VacError(code, { where: name, found: found.slice(0, 200) })
  }
}
