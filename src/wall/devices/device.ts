// What all devices share: a name, an encoding in the machine's state, and delivery of recorded
// input.
import type { Device } from '../../machine/machine.ts'

export interface InputDevice extends Device {
  /** Takes one recorded input. The payload is the device's own; a bad one is STATE_MALFORMED. */
  receive(payload: Uint8Array): void
}
