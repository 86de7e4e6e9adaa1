import { useEffect, useRef } from 'preact/hooks'
import { api, read } from '../../client.ts'
import { dateTime, duration, number, say } from '../../language.ts'
import { session } from '../../session.ts'
import { Card, Figure, Figures, Shown } from '../../ui/card.tsx'
import { words } from '../../ui/texts.ts'
import { useQuery } from '../../use-query.ts'
import { useRead } from '../../use-read.ts'
import { laidOut } from './lay-out.ts'
import { Waterfall } from './waterfall.tsx'

const texts = {
  title: { en: 'Trace {id}', da: 'Spor {id}' },
  began: { en: 'Began', da: 'Begyndt' },
  took: { en: 'Took', da: 'Varede' },
  spans: { en: 'Spans', da: 'Led' },
  errors: { en: 'With errors', da: 'Med fejl' },
  queries: { en: 'Show calls to the database too', da: 'Vis også kald til databasen' },
  full: { en: 'All that is known of it', da: 'Alt, hvad der vides om det' },
} as const

/** One trace, span by span; read again until it is whole, since its jobs end later. */
export const TraceDetail = ({
  traceId,
  title,
  steps,
  onClose,
}: {
  traceId: string
  title: string | undefined
  steps: readonly { readonly name: string; readonly spans: readonly string[] }[]
  onClose: () => void
}) => {
  const [queries, setQueries] = useQuery('queries')
  const trace = useRead(
    `trace ${traceId}`,
    () => read(api.operations.traces[':id'].$get({ param: { id: traceId } })),
    15_000,
  )
  const top = useRef<HTMLDivElement>(null)
  // Whoever opens one is taken to it.
  useEffect(() => top.current?.focus(), [])
  const name = say(texts.title, { id: traceId.slice(0, 8) })
  const full = session.value?.links?.traces.replace('{traceId}', traceId)
  return (
    <div class="wide" ref={top} tabIndex={-1}>
      <Card
        title={title ? `${title} – ${name}` : name}
        aside={
          <button type="button" onClick={onClose}>
            {say(words.close)}
          </button>
        }
      >
        <Shown of={trace}>
          {({ spans, total }) => {
            const { rows, startedAt, durationMs } = laidOut(spans, queries === 'shown')
            return (
              <>
                <Figures>
                  <Figure label={say(texts.began)} value={dateTime(new Date(startedAt))} />
                  <Figure label={say(texts.took)} value={duration(durationMs / 1_000)} />
                  <Figure label={say(texts.spans)} value={number(total)} />
                  <Figure label={say(texts.errors)} value={number(spans.filter(({ failed }) => failed).length)} />
                </Figures>
                <p class="filters">
                  <label class="check">
                    <input
                      type="checkbox"
                      checked={queries === 'shown'}
                      onChange={({ currentTarget }) => setQueries(currentTarget.checked ? 'shown' : '')}
                    />
                    {say(texts.queries)}
                  </label>
                  {full && (
                    <a href={full} target="_blank" rel="noreferrer">
                      {say(texts.full)}
                    </a>
                  )}
                </p>
                <Waterfall rows={rows} steps={steps} durationMs={durationMs} />
              </>
            )
          }}
        </Shown>
      </Card>
    </div>
  )
}
