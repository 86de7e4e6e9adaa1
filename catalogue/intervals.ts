/**
 * How often things happen, in one place. prometheus.yml, otel-collector.yaml and the Alertmanager file must say the same,
 * which `test/contract` holds.
 */

/** A Prometheus duration. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

export const intervals = {
  /** Short enough for a page within `for` + 45 s, long enough to cost nothing (a scrape of the api is about 2 ms of CPU). */
  scrape: '5s',
  /** Groups that page are evaluated as often as data arrives. */
  pageRules: '5s',
  /** Series under a second name are copied half as often as they are scraped: a window of four scrapes holds two, which is enough for a rate. */
  copies: '10s',
  /** Windows of hours and days do not move within a minute. */
  slowRules: '60s',
  /** Collects what one cause sets off at about the same time; more would eat into the 45 s. */
  groupWait: '5s',
  groupInterval: '30s',
  /** A reminder every four hours, as Alertmanager's own default. */
  repeatInterval: '4h',
  /** The dead man's switch is looked at each group interval and sent at every second one: once a minute. */
  heartbeat: '50s',
  /** Two heartbeats may get lost; three mean that nobody watches. */
  heartbeatLimit: '3m',
  /** What is told once: its 30-day window has moved on entirely before it is told again. */
  once: '30d',
  /** 30-day windows must fit, with a margin for late rules. */
  retention: '35d',
} as const satisfies Record<string, Duration>

const unitSeconds = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const

/** Seconds of a Prometheus duration. @throws on anything else */
export const seconds = (duration: string): number => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration)
  if (!match) throw new Error(`not a duration: "${duration}" (write 30s, 5m, 1h or 3d)`)
  return Number(match[1]) * unitSeconds[match[2] as keyof typeof unitSeconds]
}
