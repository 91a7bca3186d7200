// The variables of a scope, each with its place in a frame.
import { Tag } from './constants.ts'
import { orWhereDamaged } from './debug-reader.ts'
import type { Entry } from './entries.ts'
import type { Standing } from './expressions.ts'
import { storageOf } from './locations.ts'
import { typeOf } from './types.ts'
import { type Variable, variableOf } from './variable.ts'

const MOST = 1000

/** Parameters and variables of a function or block, not of the blocks in it. */
export function variablesIn(scope: Entry, standing: Standing): Variable[] {
  const found: Variable[] = []
  orWhereDamaged(undefined, () => {
    for (const child of scope.children()) {
      if (found.length === MOST) break
      if (child.tag !== Tag.formalParameter && child.tag !== Tag.variable) continue
      const variable = variableIn(child, standing)
      if (variable !== null) found.push(variable)
    }
  })
  return found
}

/** null: it has no name. */
export function variableIn(entry: Entry, standing: Standing): Variable | null {
  return orWhereDamaged(null, () => {
    const name = entry.nameOf()
    if (name === null) return null
    const storage = orWhereDamaged(null, () => storageOf(entry, standing))
    return variableOf(name, typeOf(entry), { frame: standing.frame, storage })
  })
}
