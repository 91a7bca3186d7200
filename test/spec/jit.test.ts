// The specification suite by compiled code: every module is compiled before its first tick.
import { suite } from './suite.ts'

suite('jit')
