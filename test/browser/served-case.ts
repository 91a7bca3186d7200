// What the browser and the server of this test tell each other.

export interface Begin {
  readonly args: readonly string[]
  /** NAME=value. */
  readonly environment: readonly string[]
  /** Standard input, as base64. */
  readonly input: string
  /** base64: null for a directory. */
  readonly tree: readonly { readonly path: string; readonly base64: string | null }[]
}

export interface BrowserRun {
  readonly ticks: number
  readonly root: string
  readonly exitCode: number
  /** As hex. */
  readonly stdout: string
  readonly compiledTicks: number
}

export interface BrowserReplay {
  /** Beams that are those of the recording. */
  readonly equal: number
  /** The first that is another one. */
  readonly divergence: object | null
  /** At the ticks that were asked for. */
  readonly roots: readonly string[]
  readonly compiledTicks: number
}
