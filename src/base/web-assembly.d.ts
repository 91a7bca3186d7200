// The part of the host's WebAssembly interface that VAC uses: the JIT runs on it, tests compare
// with it. Declared here because the core is compiled without the DOM's types.
declare namespace WebAssembly {
  type ImportValue = ExportValue | number | bigint
  type Imports = Record<string, Record<string, ImportValue>>
  // biome-ignore lint/suspicious/noExplicitAny: a host function takes and gives any value
  type ExportValue = ((...values: any[]) => any) | Memory | Table | Global | Tag
  type Exports = Record<string, ExportValue>

  interface ExportDescriptor {
    name: string
    kind: 'function' | 'table' | 'memory' | 'global' | 'tag'
  }
  class Module {
    constructor(bytes: Uint8Array | ArrayBuffer)
    static exports(module: Module): ExportDescriptor[]
    static imports(module: Module): (ExportDescriptor & { module: string })[]
    static customSections(module: Module, name: string): ArrayBuffer[]
  }
  class Instance {
    constructor(module: Module, imports?: Imports)
    readonly exports: Exports
  }
  class Memory {
    constructor(
      type:
        | { initial: number; maximum?: number; shared?: boolean }
        | { initial: bigint; maximum?: bigint; shared?: boolean; address: 'i64' },
    )
    readonly buffer: ArrayBuffer
    /** Gives the old size. Pages are a bigint where `address` is i64. */
    grow(pages: number): number
    grow(pages: bigint): bigint
  }
  class Table {
    constructor(type: { element: string; initial: number; maximum?: number }, value?: unknown)
    readonly length: number
    get(index: number): unknown
    set(index: number, value?: unknown): void
    grow(delta: number, value?: unknown): number
  }
  class Global {
    constructor(type: { value: string; mutable?: boolean }, value?: unknown)
    value: unknown
  }
  class Tag {
    constructor(type: { parameters: string[] })
  }
  class Exception extends Error {
    constructor(tag: Tag, payload: unknown[])
    is(tag: Tag): boolean
    getArg(tag: Tag, index: number): unknown
  }
  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  function validate(bytes: Uint8Array | ArrayBuffer): boolean
  function compile(bytes: Uint8Array | ArrayBuffer): Promise<Module>
}
