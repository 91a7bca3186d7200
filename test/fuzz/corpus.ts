// What mutations start from: the modules of the specification suite where they are at hand, small
// modules of our own, the examples, and random worlds as bytes and as text.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseWat } from '../../src/host/wat.ts'
import { encodeProgram } from '../../src/isa/codec/encode.ts'
import { disassemble } from '../../src/isa/vasm/disassemble.ts'
import { loadScripts } from '../spec/script.ts'
import { generateWorld } from './generate.ts'
import type { Random } from './random.ts'

export type Door = 'wasm' | 'atom' | 'vasm'

export interface Corpus {
  /** Whether the specification suite is among it. */
  readonly suite: boolean
  readonly counts: Readonly<Record<Door, number>>
  readonly pick: (door: Door, r: Random) => Uint8Array
}

const LARGEST_BYTES = 20_000
const WORLDS = 40
const encoder = new TextEncoder()

const wats: readonly string[] = [
  `(module (func (export "a") (param i32) (result i32) (local i64 v128)
    (block (loop (br_if 1 (i32.eqz (local.get 0)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br 0)))
    (i32x4.extract_lane 3 (i32x4.splat (local.get 0)))))`,
  `(module (memory (export "m") 1 4) (data (i32.const 8) "abc") (data "passive")
    (func (export "a") (param i32) (result i64)
      (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 5))
      (memory.copy (i32.const 65500) (i32.const 0) (i32.const 36))
      (memory.fill (local.get 0) (i32.const 7) (i32.const 70))
      (drop (memory.grow (i32.const 1)))
      (i64.load offset=4 align=4 (local.get 0))))`,
  `(module (type $t (func (param i32) (result i32))) (table 4 8 funcref)
    (elem (i32.const 0) $f $g) (elem func $g $f)
    (func $f (type $t) (i32.add (local.get 0) (i32.const 1)))
    (func $g (type $t) (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2))))
    (func (export "a") (param i32) (result i32)
      (table.init 1 (i32.const 2) (i32.const 0) (i32.const 2))
      (call_indirect (type $t) (i32.const 5) (i32.and (local.get 0) (i32.const 3)))))`,
  `(module (import "wasi_snapshot_preview1" "fd_write"
      (func $w (param i32 i32 i32 i32) (result i32)))
    (memory 1) (global $g (mut f64) (f64.const 0.5)) (start $s)
    (func $s (global.set $g (f64.add (global.get $g) (f64.const nan))))
    (func (export "_start") (drop (call $w (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 9)))
      (block (block (block (br_table 0 1 2 (i32.trunc_sat_f64_s (global.get $g))))))))`,
]

export async function loadCorpus(): Promise<Corpus> {
  const own = await Promise.all(wats.map((text, at) => parseWat(text, `own ${at}`)))
  const scripts = loadScripts()
  const modules = (scripts ?? []).flatMap((script) =>
    script.commands.flatMap(({ filename, binary_filename }) => {
      const file = binary_filename ?? filename ?? ''
      return file.endsWith('.wasm') ? [() => script.read(file)] : []
    }),
  )
  const wasm = [...own.map((bytes) => () => bytes), ...modules]
  const programs = Array.from({ length: WORLDS }, (_, seed) => generateWorld(seed).programs).flat()
  const atom = programs.map((program) => encodeProgram(program))
  const examples = join(import.meta.dirname, '..', '..', 'examples')
  const vasm = readdirSync(examples)
    .filter((file) => file.endsWith('.vasm'))
    .sort()
    .map((file): Uint8Array => readFileSync(join(examples, file)))
  vasm.push(...programs.map((program) => encoder.encode(disassemble(program))))
  const lists = { atom: small(atom, 2 * LARGEST_BYTES), vasm: small(vasm, 3 * LARGEST_BYTES) }
  return {
    suite: scripts !== null,
    counts: { wasm: wasm.length, atom: lists.atom.length, vasm: lists.vasm.length },
    pick: (door, r) => {
      if (door !== 'wasm') return r.pick(lists[door])
      const bytes = r.pick(wasm)()
      return bytes.length <= LARGEST_BYTES ? bytes : own[0]
    },
  }
}

const small = (list: readonly Uint8Array[], limit: number): Uint8Array[] =>
  list.filter((bytes) => bytes.length <= limit)
