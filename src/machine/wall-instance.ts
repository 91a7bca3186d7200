// Instance 0 of every store: the wall. Its functions are those of the host that imports resolved
// to.
import type { Program } from '../isa/program.ts'
import type { Instance } from './store.ts'

export const emptyProgram: Program = {
  types: [],
  imports: [],
  functions: [],
  tables: [],
  memories: [],
  globals: [],
  tags: [],
  exports: [],
  start: -1,
  elements: [],
  data: [],
  names: {
    module: 'wall',
    functions: new Map(),
    locals: new Map(),
    globals: new Map(),
    memories: new Map(),
    tables: new Map(),
    tags: new Map(),
  },
  customs: [],
}

export const WALL = 0

export function wallInstance(): Instance {
  return {
    program: emptyProgram,
    programNumber: -1,
    functions: [],
    tables: new Uint32Array(0),
    memories: new Uint32Array(0),
    globals: new Uint32Array(0),
    tags: new Uint32Array(0),
    typeIds: new Uint32Array(0),
    elements: [],
    data: [],
  }
}
