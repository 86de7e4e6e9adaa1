import { duration, say } from '../language.ts'
import { useQuery } from '../use-query.ts'

const texts = {
  range: { en: 'Time range', da: 'Tidsrum' },
  last: { en: 'The last {time}', da: 'De sidste {time}' },
} as const

/** Minutes by the name that stands in the address, which Grafana understands as well. */
const ranges = { '15m': 15, '1h': 60, '6h': 360, '24h': 1_440, '7d': 10_080, '30d': 43_200 } as const

type RangeName = keyof typeof ranges

const isRange = (name: string): name is RangeName => Object.hasOwn(ranges, name)

/** The time range that the address names: its name, and how many minutes it has. */
export const useRange = (): { readonly name: RangeName; readonly minutes: number } => {
  const [chosen] = useQuery('range', '1h')
  const name = isRange(chosen) ? chosen : '1h'
  return { name, minutes: ranges[name] }
}

/** Milliseconds between two readings of what is drawn over so many minutes: about as often as there is a new point. */
export const readEveryMs = (minutes: number): number => Math.min(60_000, Math.max(5_000, minutes * 250))

export const RangePicker = () => {
  const [, setRange] = useQuery('range', '1h')
  const { name: chosen } = useRange()
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields of a form
    <div class="segments" role="group" aria-label={say(texts.range)}>
      {(Object.keys(ranges) as RangeName[]).map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === chosen}
          title={say(texts.last, { time: duration(ranges[name] * 60) })}
          onClick={() => setRange(name)}
        >
          {duration(ranges[name] * 60)}
        </button>
      ))}
    </div>
  )
}
