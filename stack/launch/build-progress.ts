import type { ServerName } from '../servers/servers.ts'

export interface BuildProgress {
  readonly server: ServerName
  /** `wait`: another process is building the same server. */
  readonly step: 'wait' | 'download' | 'compile'
  readonly elapsedSeconds: number
  /** How far the step is: "31 modules", "412 packages"; '' at its beginning. */
  readonly detail: string
}

export interface Reporter {
  /** Begins a step, unless it is already under way; `unit` is what `count` counts in it. */
  readonly step: (step: BuildProgress['step'], unit?: string) => void
  readonly count: () => void
  readonly stop: () => void
}

/** Reports at the beginning of each step and then once a second, until stopped. */
export function progressReporter(
  server: ServerName,
  onProgress: ((progress: BuildProgress) => void) | undefined,
): Reporter {
  const started = Date.now()
  let current: BuildProgress['step'] | undefined
  let counted = 0
  let unit = ''
  const report = () => {
    if (!current) return
    const elapsedSeconds = Math.round((Date.now() - started) / 1000)
    onProgress?.({ server, step: current, elapsedSeconds, detail: counted === 0 ? '' : `${counted} ${unit}` })
  }
  const timer = setInterval(report, 1_000)
  timer.unref()
  return {
    step(step, newUnit = '') {
      if (step === current) return
      current = step
      unit = newUnit
      counted = 0
      report()
    },
    count: () => {
      counted += 1
    },
    stop: () => clearInterval(timer),
  }
}
