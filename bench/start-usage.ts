// Loaded into a process before all else: at its end, what it used goes to a file.
import { writeFileSync } from 'node:fs'

process.once('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const usage = { megabytes: maxRSS / 1024, seconds: (userCPUTime + systemCPUTime) / 1e6 }
  writeFileSync(process.env['VAC_BENCH_USAGE'] as string, JSON.stringify(usage))
})
