import { ratio, subtract } from '../../catalogue/promql.ts'
import {
  type SloId,
  type SloWindow,
  sloComplianceName,
  sloEvents,
  sloEventsAveraged,
  sloSeriesName,
} from '../../catalogue/slo.ts'
import type { Level } from '../conventions.ts'
import type { Recording } from '../recording.ts'
import { eventRates } from './events.ts'

/** Each window is recorded once, with the level that needs it more often. */
const windows = {
  page: ['5m', '30m', '1h', '6h'],
  slow: ['2h', '1d', '3d', '30d'],
} as const satisfies Record<Level, readonly SloWindow[]>

/** Numerators and denominators; a ratio recorded alone could not be averaged any more. */
export const sloRecordings = (slo: SloId, level: Level): Recording[] => {
  const labels = { slo }
  const measured = eventRates(slo)
  const counted = windows[level].flatMap((window) =>
    (['bad', 'total'] as const).map((kind) => ({
      record: sloSeriesName(kind, window),
      labels,
      expr: window === '5m' ? measured[kind] : sloEventsAveraged(kind, window, slo),
    })),
  )
  return level === 'page' ? counted : [...counted, compliance(slo)]
}

/** Share of good events over the objective's 30 days. */
const compliance = (slo: SloId): Recording => ({
  record: sloComplianceName,
  labels: { slo },
  expr: subtract(1, ratio(sloEvents('bad', '30d', slo), sloEvents('total', '30d', slo))),
})
