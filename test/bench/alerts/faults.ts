/**
 * The faults, each injected from outside as it would happen: a provider that fails through the sandbox, or a server that is
 * stopped. None writes a series of its own.
 */
import type { Bench } from './bench.ts'

/** What must be told, and by when. */
export interface Expected {
  readonly alert: string
  /** Seconds that its expression must be true. */
  readonly holdSeconds: number
  /** It rests on windows that were shortened for this run. */
  readonly shortened?: true
  /** Seconds from the fault until the delivery at the latest, where no expression can be asked. */
  readonly silenceSeconds?: number
}

export interface Fault {
  readonly title: string
  readonly expected: readonly Expected[]
  readonly inject: (bench: Bench) => Promise<void>
  readonly mend: (bench: Bench) => Promise<void>
}

/** Faults of one round last at the same time: they are about different things, and the run would take hours otherwise. */
export type Round = readonly Fault[]

const minutes = (count: number): number => count * 60

export const rounds: readonly Round[] = [
  [
    {
      title: 'the API is stopped',
      expected: [{ alert: 'APIDown', holdSeconds: minutes(1) }],
      inject: (bench) => bench.stop('api'),
      mend: (bench) => bench.start('api'),
    },
  ],
  [
    {
      title: 'PostgreSQL is stopped',
      expected: [{ alert: 'DatabaseDown', holdSeconds: 30 }],
      inject: (bench) => bench.stop('postgres'),
      mend: (bench) => bench.start('postgres'),
    },
  ],
  [
    {
      title: 'the collector is stopped',
      expected: [{ alert: 'CollectorDown', holdSeconds: minutes(1) }],
      inject: (bench) => bench.stop('otelcol'),
      mend: (bench) => bench.start('otelcol'),
    },
  ],
  [
    {
      title: 'the sign-in provider fails for half of the requests, and ten people a second sign in',
      expected: [
        { alert: 'HighErrorRate', holdSeconds: minutes(5) },
        { alert: 'ApiAvailabilityBurnRate1h', holdSeconds: 0, shortened: true },
      ],
      inject: async (bench) => {
        await bench.fault('oauth', { status: 500, share: 0.5 })
        bench.signIn(10)
      },
      mend: (bench) => bench.clear('oauth'),
    },
    {
      title: 'Verity takes 1.5 s for each answer, and half of the traffic asks for it',
      expected: [{ alert: 'P95LatencyHigh', holdSeconds: minutes(5) }],
      inject: async (bench) => {
        await bench.fault('verity', { delayMs: 1_500 })
        bench.askGateway(20)
      },
      mend: (bench) => bench.clear('verity'),
    },
    {
      title: 'every e-mail bounces',
      expected: [{ alert: 'EmailDeliveryBurnRate1h', holdSeconds: 0, shortened: true }],
      inject: (bench) => bench.fault('smtp', { status: 550 }),
      mend: (bench) => bench.clear('smtp'),
    },
    {
      title: 'Salesforce answers every request with a 500',
      expected: [
        { alert: 'SyncFailureRate', holdSeconds: minutes(5) },
        { alert: 'DeadLetters', holdSeconds: minutes(1) },
      ],
      inject: (bench) => bench.fault('salesforce', { status: 500 }),
      mend: (bench) => bench.clear('salesforce'),
    },
    {
      title: 'Aloware fails for two thirds of the requests',
      expected: [{ alert: 'ExternalApiFailures', holdSeconds: minutes(5) }],
      inject: (bench) => bench.fault('aloware', { status: 500, share: 0.67 }),
      mend: (bench) => bench.clear('aloware'),
    },
  ],
  [
    {
      title: 'Verity answers every request with a 429',
      expected: [{ alert: 'RateLimitHits', holdSeconds: minutes(5) }],
      inject: async (bench) => {
        await bench.fault('verity', { rateLimit: { retryAfterSeconds: 0 } })
        bench.askGateway(30)
      },
      mend: (bench) => bench.clear('verity'),
    },
    {
      title: 'the worker is stopped, and 1,500 webhooks arrive',
      expected: [
        { alert: 'JobQueueBackup', holdSeconds: minutes(1) },
        { alert: 'QueueBacklog', holdSeconds: minutes(10) },
        { alert: 'WebhookProcessingDelay', holdSeconds: minutes(1) },
      ],
      inject: async (bench) => {
        await bench.stop('worker')
        await bench.sendWebhooks(1_500)
      },
      mend: (bench) => bench.start('worker'),
    },
  ],
  [
    {
      title: 'Prometheus is stopped: nobody is left to evaluate a rule',
      // Prometheus promises each alert for four minutes; then Alertmanager ends the heartbeat.
      expected: [{ alert: 'DeadMansSwitch', holdSeconds: 0, silenceSeconds: 330 }],
      inject: (bench) => bench.stop('prometheus'),
      mend: (bench) => bench.start('prometheus'),
    },
  ],
]
