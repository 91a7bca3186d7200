// Ctrl-C: the first one asks the run to stop at a tick, the second ends the process.

export interface Interruption {
  readonly happened: Promise<void>
  readonly stopListening: () => void
}

export function interruption(): Interruption {
  let listener: (signal: NodeJS.Signals) => void = () => {}
  const happened = new Promise<void>((resolve) => {
    let asked = false
    listener = () => {
      if (asked) process.exit(130)
      asked = true
      resolve()
    }
  })
  process.on('SIGINT', listener)
  process.on('SIGTERM', listener)
  return {
    happened,
    stopListening: () => {
      process.off('SIGINT', listener)
      process.off('SIGTERM', listener)
    },
  }
}
