// The specification suite by the stepper alone.
import { suite } from './suite.ts'

suite('stepper')
