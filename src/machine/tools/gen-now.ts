import { writeFileSync } from 'node:fs'
import { laneLoop } from './lane-loop.ts'

writeFileSync(new URL('../lane-loop.gen.ts', import.meta.url), laneLoop())
