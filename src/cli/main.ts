// The `vac` command as a process: its words, its streams, its exit code.
import { command } from './command.ts'
import { leave } from './leave.ts'

// A reader that goes away (`vac inspect x | head`) ends us quietly.
process.stdout.on('error', () => {
  process.exitCode = 141
})
process.stderr.on('error', () => {})

const exit = await command(process.argv.slice(2), {
  print: (text) => void process.stdout.write(text),
  tell: (text) => void process.stderr.write(`vac: ${text}\n`),
})
process.exitCode ??= exit
await leave(exit)
