// The specification suite by the fast engine, with the stepper where it declines.
import { suite } from './suite.ts'

suite('auto')
