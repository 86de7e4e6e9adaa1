import {
  type SloEvents,
  type SloId,
  type SloWindow,
  sloComplianceName,
  sloSeriesName,
  slos,
} from '../../catalogue/slo.ts'
import type { RecordingScenario } from '../recording.ts'
import { recordedRates, trafficEverywhere, trafficOf } from './events.ts'
import { samples, scraped } from './samples.ts'

type Expected = RecordingScenario['expect'][number]

const series = (slo: SloId, kind: SloEvents, window: SloWindow) => `${sloSeriesName(kind, window)}{slo="${slo}"}`

const recorded = (slo: SloId, at: Expected['at'], kind: SloEvents, window: SloWindow, value: number): Expected => {
  const name = series(slo, kind, window)
  return { at, expr: name, samples: { [name]: value } }
}

/** In thousandths, rounded: few averages are whole numbers. */
const thousandths = (slo: SloId, at: Expected['at'], kind: SloEvents, window: SloWindow, value: number): Expected => ({
  at,
  expr: `round(${series(slo, kind, window)} * 1000)`,
  samples: { [`{slo="${slo}"}`]: Math.round(value * 1000) },
})

/** Evaluated every five minutes, and given every minute: 600 events a minute are 10 a second. */
export const pageRecordings = (slo: SloId): RecordingScenario[] => {
  const { counted, bad } = samples[slo]
  const ofCounter = slos[slo].kind === 'ratio'
  return [
    {
      title: 'counts the events per second of all its series, all and bad ones, and no others',
      series: trafficEverywhere(slo, { all: 600, bad: ofCounter ? 600 : 60, steps: 12 }).map((one) =>
        // A counter's good series have their own 600.
        ofCounter ? { ...one, values: '0+600x12' } : one,
      ),
      expect: [
        recorded(slo, '10m', 'total', '5m', 10 * (counted.length + bad.length)),
        recorded(slo, '10m', 'bad', '5m', ofCounter ? 10 * bad.length : counted.length),
      ],
    },
    {
      title: 'counts 0 bad events where none was ever seen',
      series: trafficOf(slo, [{ all: 600, bad: 0, steps: 12 }]).filter(({ series }) => !/"(500|bounced)"/.test(series)),
      expect: [recorded(slo, '10m', 'total', '5m', 10), ...(ofCounter ? [] : [recorded(slo, '10m', 'bad', '5m', 0)])],
    },
    {
      title: 'counts 0 where a process is scraped that has never counted anything',
      series: scraped(slo, '0x12').slice(0, 1),
      expect: [recorded(slo, '10m', 'total', '5m', 0), recorded(slo, '10m', 'bad', '5m', 0)],
    },
    {
      title: 'records nothing where nothing is scraped',
      series: [],
      expect: [{ at: '10m', expr: sloSeriesName('total', '5m'), samples: {} }],
    },
    {
      title: 'looks back over five minutes',
      series: trafficOf(slo, [
        { all: 600, bad: 300, steps: 13 },
        { all: 0, bad: 0, steps: 10 },
      ]),
      // One of the five minutes since the tenth had events; what lies between two scrapes is estimated, hence 2.5 and not 2.
      expect: [
        thousandths(slo, '15m', 'total', '5m', 2.5),
        thousandths(slo, '15m', 'bad', '5m', 1.25),
        recorded(slo, '20m', 'total', '5m', 0),
        recorded(slo, '20m', 'bad', '5m', 0),
      ],
    },
    {
      title: 'looks back over each window, and no further',
      // Seven hours of events, and then none.
      series: trafficOf(slo, [
        { all: 600, bad: 300, steps: 421 },
        { all: 0, bad: 0, steps: 20 },
      ]),
      expect: [
        recorded(slo, '420m', 'total', '5m', 10),
        recorded(slo, '425m', 'total', '5m', 0),
        recorded(slo, '425m', 'bad', '5m', 0),
        // Of 6, 12 and 72 evaluations the last two saw nothing.
        ...(['total', 'bad'] as const).flatMap((kind) => {
          const each = kind === 'total' ? 10 : 5
          return [
            thousandths(slo, '430m', kind, '30m', (each * 4) / 6),
            thousandths(slo, '430m', kind, '1h', (each * 10) / 12),
            thousandths(slo, '430m', kind, '6h', (each * 70) / 72),
          ]
        }),
      ],
    },
  ]
}

/** Evaluated every hour, and given every half. */
export const ticketRecordings = (slo: SloId): RecordingScenario[] => [
  {
    title: 'looks back over each window, and no further',
    series: recordedRates(slo, [
      { total: 60, bad: 6, steps: 4 * 48 },
      { total: 0, bad: 0, steps: 4 },
    ]),
    step: '30m',
    expect: (['total', 'bad'] as const).flatMap((kind) => {
      const each = kind === 'total' ? 60 : 6
      const at = '97h'
      return [
        thousandths(slo, at, kind, '2h', each / 2),
        thousandths(slo, at, kind, '1d', (each * 23) / 24),
        thousandths(slo, at, kind, '3d', (each * 71) / 72),
      ]
    }),
  },
]

/** Evaluated every six hours, and given every two minutes. */
export const monthRecordings = (slo: SloId): RecordingScenario[] => {
  const compliance = (at: Expected['at'], value: number): Expected => ({
    at,
    expr: `round(${sloComplianceName} * 100000)`,
    samples: { [`{slo="${slo}"}`]: value },
  })
  const days = (count: number) => count * 24
  return [
    {
      title: 'looks back over 30 days, and no further',
      series: recordedRates(slo, [
        { total: 100, bad: 10, critical: 5, steps: days(32) },
        { total: 0, bad: 0, critical: 0, steps: days(1) },
      ]),
      step: '1h',
      // One of 30 days saw nothing.
      expect: [
        thousandths(slo, '792h', 'total', '30d', (100 * 29) / 30),
        thousandths(slo, '792h', 'bad', '30d', (10 * 29) / 30),
        ...(slos[slo].kind === 'latency' ? [thousandths(slo, '792h', 'critical', '30d', (5 * 29) / 30)] : []),
      ],
    },
    {
      title: 'weighs events and not minutes: a quiet time counts for nothing',
      series: recordedRates(slo, [
        // Less than one event a second is enough for a verdict.
        { total: 0.5, bad: 0.05, steps: days(1) },
        { total: 0, bad: 0, steps: days(3) },
        { total: 0.005, bad: 0, steps: days(1) },
      ]),
      step: '1h',
      // Of the last day’s events none is bad: 0.455 of 0.505 are good.
      expect: [compliance('24h', 90_000), compliance('96h', 90_000), compliance('120h', 90_099)],
    },
    {
      title: 'has no verdict where nothing happened',
      series: [...scraped(slo, '1x400'), ...trafficOf(slo, [{ all: 0, bad: 0, steps: 400 }])],
      expect: [{ at: '12h', expr: sloComplianceName, samples: {} }],
    },
    ...(slos[slo].kind === 'latency'
      ? [
          {
            title: 'counts what is beyond the critical bound',
            series: trafficEverywhere(slo, { all: 1200, bad: 600, critical: 120, steps: 400 }),
            expect: [recorded(slo, '12h', 'critical', '5m', samples[slo].counted.length)],
          },
          {
            title: 'looks back over five minutes for what is beyond the critical bound',
            // Half of those between the fourth and the second minute before noon, and no others.
            series: trafficOf(slo, [
              { all: 1200, bad: 0, critical: 0, steps: 359 },
              { all: 1200, bad: 600, critical: 600, steps: 1 },
              { all: 1200, bad: 0, critical: 0, steps: 5 },
            ]),
            expect: [thousandths(slo, '12h', 'critical', '5m', 2.5)],
          },
        ]
      : []),
  ]
}
