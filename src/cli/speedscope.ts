// Profiles in the format of speedscope, which shows them: https://www.speedscope.app. Times are
// ticks.
import { functionName } from '../isa/function-name.ts'
import type { Machine } from '../machine/machine.ts'
import { sourceLine } from '../server/debug/lines.ts'
import type { Profile, ProfiledFunction } from '../time/questions/profile.ts'
import { version } from './version.ts'

export function speedscope(m: Machine, name: string, profile: Profile) {
  const { from, to, functions, events, samples } = profile
  const frames = functions.map((fn) => frameOf(m, fn))
  const common = { name, unit: 'none', startValue: from, endValue: to }
  const shown =
    events !== null
      ? { type: 'evented', ...common, events }
      : {
          type: 'sampled',
          ...common,
          samples: samples?.map(({ stack }) => stack),
          weights: samples?.map(({ ticks }) => ticks),
        }
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    ...{ name, exporter: `vac ${version()}`, activeProfileIndex: 0 },
    shared: { frames },
    profiles: [shown],
  }
}

function frameOf(m: Machine, fn: ProfiledFunction) {
  const line = sourceLine(m, { ...fn, pc: 0 })
  const name = titleOf(m, fn)
  return line === null ? { name } : { name, file: line.file.path, line: line.line }
}

export function titleOf(m: Machine, { instance, function: index }: ProfiledFunction): string {
  return functionName(m.store.instances[instance].program, index) ?? `function ${index}`
}
