// The options of `vac bench`, for the verb and for bench/main.ts, which does the work.
import type { OptionRow } from './options.ts'
import { jsonOption } from './verb.ts'

export const benchOptions: readonly OptionRow[] = [
  jsonOption,
  {
    name: 'check',
    value: null,
    says: 'print each figure beside its bar; exit 1 where one is missed',
  },
  { name: 'only', value: 'CASE', many: true, says: 'run this case; may be given again' },
  { name: 'all', value: null, says: 'measure the slow sides too' },
  { name: 'list', value: null, says: 'list the benches, or the cases of one' },
  { name: 'repeats', value: 'N', says: 'interleaved repeats, 5 without it' },
  { name: 'seed', value: 'N', says: 'of the order of the measurements, 1 without it' },
]
