// A process: the shell on the machine, from its first tick to its last. Parameter: the SQL script's
// path, or none.
import { newShell, print, report, Written } from './machine.ts'

const written = new Written()
const vac = await newShell(written, process.argv[2])
vac.run()
print(report(vac, written))
