// A C program with debug sections, compiled by Clang: what the reader of such sections is tested
// with.
import { readFileSync } from 'node:fs'
import { commands } from '@yowasp/clang'

const SOURCE = readFileSync(new URL('debug-sample.c', import.meta.url), 'utf8')
export const SAMPLE = 'src/wasm/tools/debug-sample.c'

/** The line, counted from 1, that has this text. */
export const sampleLine = (text: string): number =>
  SOURCE.split('\n').findIndex((line) => line.includes(text)) + 1

/** The WebAssembly module that `clang FLAGS` makes of it. */
export async function debugSample(flags: readonly string[]): Promise<Uint8Array> {
  const tree = { src: { wasm: { tools: { 'debug-sample.c': SOURCE } } } }
  const made = await commands.clang([...flags, SAMPLE, '-o', 'sample.wasm'], tree)
  const wasm = made?.['sample.wasm']
  if (!(wasm instanceof Uint8Array)) throw new Error('clang made no module')
  return wasm
}
