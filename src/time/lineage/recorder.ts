// Records a machine while it runs: what the world gives it and what it does, as beams, in the order
// in which they happened.
import { ByteWriter } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import type { Input } from '../../machine/input-log.ts'
import type { Machine } from '../../machine/machine.ts'
import type { OutputStream } from '../../wall/devices/console.ts'
import type { GuestBeam } from '../../wall/devices/system.ts'
import { type Beam, BeamKind, beamOfInput } from './beam.ts'

/** What a world hands its effects to. */
export interface Effects {
  readonly output: (stream: OutputStream, bytes: Uint8Array) => void
  readonly beams: (beam: GuestBeam) => void
  readonly denied: (capability: string, call: string) => void
}

/** Turns what a machine takes and does into beams, for a recording or for comparing with one. */
export class BeamSource {
  readonly effects: Effects
  private readonly take: (beam: Beam) => void
  private m: Machine | null = null
  /** Inputs of the machine's log that have been taken. */
  private inputs = 0
  private firstInput = 0
  private readonly out = new ByteWriter()

  /** `take` gets payloads that are written over by the next beam. */
  constructor(take: (beam: Beam) => void) {
    this.take = take
    this.effects = {
      output: (stream, bytes) => {
        this.effect(BeamKind.output, (out) => {
          out.u8(stream === 'stdout' ? 1 : 2)
          out.raw(bytes)
        })
      },
      beams: ({ kind, payload }) => {
        this.effect(BeamKind.emit, (out) => {
          out.uleb(kind)
          out.raw(payload)
        })
      },
      denied: (capability, call) => {
        this.effect(BeamKind.denied, (out) => {
          out.text(capability)
          out.text(call)
        })
      },
    }
  }

  /** From here on: the machine's earlier inputs are part of the state in which it begins. */
  attach(m: Machine): void {
    this.m = m
    this.inputs = m.inputs.length
    this.firstInput = this.inputs
  }

  /** Inputs that were taken. */
  get given(): number {
    return this.inputs - this.firstInput
  }

  /** Inputs that the machine was given since. They came before whatever it does next. */
  takeInputs(): void {
    const { m } = this
    if (m === null) return
    for (; this.inputs < m.inputs.length; this.inputs++) {
      const input = m.inputs.at(this.inputs) as Input
      if (input.kind === 'instantiate') {
        throw new VacError('RECORDING_LIMIT', {
          found: 'an instance made while the machine was recorded',
          expected: 'all instances made before',
        })
      }
      this.take(beamOfInput(input, this.out))
    }
  }

  private effect(kind: number, write: (out: ByteWriter) => void): void {
    const { m } = this
    if (m === null) return
    this.takeInputs()
    const { out } = this
    out.clear()
    write(out)
    this.take({ tick: m.ticks, kind, payload: out.written })
  }

  /** How the run stands when the recording ends. `root`: of the state. */
  end(root: Uint8Array): void {
    this.takeInputs()
    const m = this.m as Machine
    const { trap } = m
    if (m.status === 'trapped' && trap !== null) {
      this.effect(BeamKind.trap, (out) => {
        out.text(trap.code)
        out.uleb(trap.chain.length)
        for (const { instance, function: fn, pc } of trap.chain) {
          out.uleb(instance)
          out.uleb(fn)
          out.uleb(pc)
        }
      })
    }
    if (m.status === 'exited') this.effect(BeamKind.exit, (out) => out.u32(m.exitCode))
    this.effect(BeamKind.end, (out) => {
      out.text(m.status)
      out.raw(root)
    })
  }
}
