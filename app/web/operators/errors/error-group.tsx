import { useEffect, useRef } from 'preact/hooks'
import { api, read } from '../../client.ts'
import { dateTime, number, say } from '../../language.ts'
import { Action } from '../../ui/action.tsx'
import { Card, Pill, Shown } from '../../ui/card.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Table } from '../../ui/table.tsx'
import { words } from '../../ui/texts.ts'
import { TraceLink } from '../../ui/trace-link.tsx'
import { useRead } from '../../use-read.ts'
import { groupStatus, queueTitle } from '../names.ts'
import { RangeChoice, Trend } from './error-trend.tsx'

const texts = {
  title: { en: 'A group of errors', da: 'En gruppe fejl' },
  status: { en: 'Status', da: 'Status' },
  message: { en: 'Message', da: 'Besked' },
  place: { en: 'Place in the code', da: 'Sted i koden' },
  count: { en: 'How often', da: 'Antal' },
  first: { en: 'First seen', da: 'Først set' },
  last: { en: 'Last seen', da: 'Sidst set' },
  sample: { en: 'Sample trace', da: 'Eksempel på spor' },
  trend: { en: 'Over time', da: 'Over tid' },
  stack: { en: 'Stack', da: 'Kaldstak' },
  occurrences: { en: 'The last times', da: 'De seneste gange' },
  when: { en: 'When', da: 'Hvornår' },
  where: { en: 'Where', da: 'Hvor' },
  process: { en: 'Process', da: 'Proces' },
  user: { en: 'User', da: 'Bruger' },
  request: { en: 'Request', da: 'Forespørgsel' },
  trace: { en: 'Trace', da: 'Spor' },
  none: { en: 'The single occurrences are no longer kept.', da: 'De enkelte forekomster gemmes ikke længere.' },
  resolve: { en: 'Resolve', da: 'Markér som løst' },
  askResolve: { en: 'Is this solved?', da: 'Er fejlen løst?' },
  explainResolve: {
    en: 'The group is closed. When it happens again, it is open again by itself.',
    da: 'Gruppen lukkes. Sker fejlen igen, åbnes den af sig selv.',
  },
  resolved: { en: 'The group is resolved.', da: 'Gruppen er markeret som løst.' },
  reopen: { en: 'Open again', da: 'Åbn igen' },
  askReopen: { en: 'Open this group again?', da: 'Åbn gruppen igen?' },
  reopened: { en: 'The group is open again.', da: 'Gruppen er åben igen.' },
} as const

/** One group: its stack, when it happened, and in which requests and jobs. */
export const ErrorGroup = ({
  id,
  hours,
  onHours,
  onClose,
  onChanged,
}: {
  id: string
  hours: string
  onHours: (hours: string) => void
  onClose: () => void
  onChanged: () => void
}) => {
  const of = api.monitoring['error-groups'][':id']
  const group = useRead(`group ${id}`, () => read(of.$get({ param: { id }, query: { limit: '20' } })), 10_000)
  const top = useRef<HTMLDivElement>(null)
  useEffect(() => top.current?.focus(), [])
  const change = async (status: 'open' | 'resolved'): Promise<string> => {
    await read(of.$patch({ param: { id }, json: { status } }))
    return say(status === 'open' ? texts.reopened : texts.resolved)
  }
  const done = (): void => {
    group.reload()
    onChanged()
  }
  return (
    <div class="wide" ref={top} tabIndex={-1}>
      <Card
        title={group.data?.data.type ?? say(texts.title)}
        aside={
          <button type="button" onClick={onClose}>
            {say(words.close)}
          </button>
        }
      >
        <Shown of={group}>
          {({ data }) => {
            const { word, tone } = groupStatus(data.status)
            return (
              <>
                <Facts
                  facts={[
                    [say(texts.message), data.message],
                    [
                      say(texts.status),
                      <Pill key={tone} tone={tone}>
                        {word}
                      </Pill>,
                    ],
                    [say(texts.count), number(data.count)],
                    [say(texts.first), dateTime(data.firstSeen)],
                    [say(texts.last), dateTime(data.lastSeen)],
                    [say(texts.process), data.service],
                    [say(texts.place), <code key="place">{data.place}</code>],
                    [say(texts.sample), <TraceLink key="trace" id={data.sampleTraceId} />],
                  ]}
                />
                <p class="buttons">
                  {data.status === 'open' ? (
                    <Action
                      label={say(texts.resolve)}
                      question={say(texts.askResolve)}
                      explain={say(texts.explainResolve)}
                      act={() => change('resolved')}
                      onDone={done}
                    />
                  ) : (
                    <Action
                      label={say(texts.reopen)}
                      question={say(texts.askReopen)}
                      act={() => change('open')}
                      onDone={done}
                    />
                  )}
                </p>
                <div class="titled">
                  <h3>{say(texts.trend)}</h3>
                  <RangeChoice hours={hours} onHours={onHours} />
                </div>
                <Trend hours={hours} group={id} />
                {data.stack !== null && (
                  <details>
                    <summary>{say(texts.stack)}</summary>
                    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
                    <pre tabIndex={0}>{data.stack}</pre>
                  </details>
                )}
                <h3>{say(texts.occurrences)}</h3>
                <Table
                  label={say(texts.occurrences)}
                  rows={data.occurrences}
                  keyOf={(occurrence) => occurrence.id}
                  empty={say(texts.none)}
                  columns={[
                    { title: say(texts.when), cell: ({ timestamp }) => dateTime(timestamp) },
                    {
                      title: say(texts.where),
                      cell: ({ route, queue, component }) =>
                        queue !== null ? queueTitle(queue) : (route ?? component ?? '–'),
                    },
                    {
                      title: say(texts.process),
                      cell: ({ service, environment }) => `${service} (${environment})`,
                    },
                    { title: say(texts.user), cell: ({ userId }) => <User id={userId} /> },
                    { title: say(texts.request), cell: ({ correlationId }) => <code>{correlationId ?? '–'}</code> },
                    { title: say(texts.trace), cell: ({ traceId }) => <TraceLink id={traceId} /> },
                  ]}
                />
              </>
            )
          }}
        </Shown>
      </Card>
    </div>
  )
}

/** Whoever it was, and the way to what they did. */
const User = ({ id }: { id: string | null }) =>
  id === null ? <>–</> : <a href={`/admin/users?user=${id}`}>{id.slice(0, 8)}</a>
