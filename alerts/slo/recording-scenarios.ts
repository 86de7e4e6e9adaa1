import { type SloId, sloComplianceName, sloSeriesName } from '../../catalogue/slo.ts'
import type { RecordingScenario } from '../recording.ts'
import { trafficOf } from './events.ts'

/** 600 events a minute are 10 a second. */
export const recordingScenarios = (slo: SloId): RecordingScenario[] => {
  const [bad, total] = [sloSeriesName('bad', '5m'), sloSeriesName('total', '5m')]
  const series = (name: string) => `${name}{slo="${slo}"}`
  return [
    {
      title: 'counts events per second, all and bad ones',
      series: trafficOf(slo, [{ all: 600, bad: 60, steps: 30 }]),
      expect: [
        { at: '20m', expr: total, samples: { [series(total)]: 10 } },
        { at: '20m', expr: bad, samples: { [series(bad)]: 1 } },
        { at: '20m', expr: sloComplianceName, samples: { [series(sloComplianceName)]: 0.9 } },
      ],
    },
    {
      title: 'counts 0 bad events where none was ever seen',
      series: trafficOf(slo, [{ all: 600, bad: 0, steps: 30 }]).filter(({ series }) => !series.includes('"500"')),
      expect: [
        { at: '20m', expr: bad, samples: { [series(bad)]: 0 } },
        { at: '20m', expr: sloComplianceName, samples: { [series(sloComplianceName)]: 1 } },
      ],
    },
    {
      title: 'weighs events and not minutes: a quiet time counts for nothing',
      series: trafficOf(slo, [
        { all: 600, bad: 60, steps: 30 },
        { all: 0, bad: 0, steps: 60 },
      ]),
      expect: [{ at: '80m', expr: `round(${sloComplianceName}, 0.001)`, samples: { [`{slo="${slo}"}`]: 0.9 } }],
    },
    {
      title: 'has no verdict where nothing happened',
      series: trafficOf(slo, [{ all: 0, bad: 0, steps: 30 }]),
      expect: [{ at: '20m', expr: sloComplianceName, samples: {} }],
    },
    {
      title: 'records nothing where nothing is counted',
      series: [],
      expect: [{ at: '20m', expr: total, samples: {} }],
    },
  ]
}
