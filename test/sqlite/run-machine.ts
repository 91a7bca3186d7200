// A process: the shell on the machine, from its first tick to its last.
import { newShell, print, report, Written } from './machine.ts'

const written = new Written()
const vac = await newShell(written)
vac.run()
print(report(vac, written))
