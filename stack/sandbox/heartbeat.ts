import type { Notice } from './inbox-entry.ts'

/** What the watcher knows. */
export interface Heart {
  /** `waiting` for the first beat, `beating`, or `silent`: nobody watches. */
  readonly state: 'waiting' | 'beating' | 'silent'
  /** ISO 8601; null until there was one. */
  readonly lastBeatAt: string | null
  readonly beats: number
  readonly limitSeconds: number
}

export interface HeartbeatOptions {
  readonly now: () => number
  readonly limitMs: number
  /** Told when the heart stops, and when it beats again. */
  readonly onChange: (notice: Notice) => void
}

/**
 * Watches an alert that always fires. It raises the alarm by its own clock when nothing has come for too long, since whoever
 * would otherwise tell is what has stopped. It begins with the first beat.
 */
export class HeartbeatWatch {
  readonly #options: HeartbeatOptions
  #timer: NodeJS.Timeout | undefined
  #state: Heart['state'] = 'waiting'
  #lastBeat: number | undefined
  #beats = 0
  /** Of the alert itself: where its runbook is. */
  #annotations: Readonly<Record<string, string>> = {}

  constructor(options: HeartbeatOptions) {
    this.#options = options
  }

  state(): Heart {
    const lastBeatAt = this.#lastBeat === undefined ? null : new Date(this.#lastBeat).toISOString()
    return { state: this.#state, lastBeatAt, beats: this.#beats, limitSeconds: this.#options.limitMs / 1_000 }
  }

  /** A beat, or the news that the alert has ended: then Prometheus no longer sends it to Alertmanager. */
  beat({ status, alerts }: Notice): void {
    clearTimeout(this.#timer)
    if (status === 'resolved') {
      this.#stop(
        'Alertmanager says that Prometheus no longer sends it: Prometheus is down, or its rules are not evaluated.',
      )
      return
    }
    this.#annotations = alerts[0]?.annotations ?? {}
    const silentSince = this.#state === 'silent' ? this.#lastBeat : undefined
    this.#lastBeat = this.#options.now()
    this.#beats += 1
    this.#state = 'beating'
    if (silentSince !== undefined)
      this.#tell('resolved', silentSince, `It beats again, after ${this.#since(silentSince)}.`)
    this.#timer = setTimeout(() => {
      this.#stop('Neither Prometheus nor Alertmanager can be trusted to tell anybody anything.')
    }, this.#options.limitMs)
    this.#timer.unref()
  }

  #stop(why: string): void {
    if (this.#state !== 'beating' || this.#lastBeat === undefined) return
    this.#state = 'silent'
    this.#tell('firing', this.#lastBeat, why)
  }

  #tell(status: Notice['status'], since: number, description: string): void {
    const clock = new Date(since).toISOString().slice(11, 19)
    const { runbook_url, dashboard_url } = this.#annotations
    const alert = {
      status,
      labels: { alertname: 'DeadMansSwitch', severity: 'critical' },
      annotations: {
        summary: `DeadMansSwitch: no heartbeat since ${clock} UTC`,
        description,
        ...(runbook_url && { runbook_url }),
        ...(dashboard_url && { dashboard_url }),
      },
      startsAt: new Date(since).toISOString(),
      ...(status === 'resolved' && { endsAt: new Date(this.#options.now()).toISOString() }),
    }
    this.#options.onChange({ via: 'heartbeat', status, thread: 'heartbeat', alerts: [alert] })
  }

  #since(time: number): string {
    return `${Math.round((this.#options.now() - time) / 1_000)} s`
  }
}
