// In place of src/host/hasher.ts in the browser, whose own SHA-256 is asynchronous.
import { portableHasher } from '../../src/base/sha256.ts'

export const nodeHasher = portableHasher
