import { api, read } from '../../client.ts'
import { duration, number, say } from '../../language.ts'
import { Bar } from '../../ui/bar.tsx'
import { Card, Empty, Figure, Figures, Shown } from '../../ui/card.tsx'
import { Table } from '../../ui/table.tsx'
import { useRead } from '../../use-read.ts'
import { queueTitle, systemTitle } from '../names.ts'
import { useWanted } from './filters.tsx'
import { speeds } from './speeds.ts'
import { WhoseLink } from './words.tsx'

const texts = {
  speed: { en: 'How fast each integration is', da: 'Hvor hurtig hver integration er' },
  window: { en: 'average of the last {minutes} minutes', da: 'gennemsnit af de sidste {minutes} minutter' },
  integration: { en: 'Integration', da: 'Integration' },
  averageDuration: { en: 'A sync takes', da: 'En synkronisering tager' },
  records: { en: 'Records per second', da: 'Poster pr. sekund' },
  noSyncs: {
    en: 'Nothing was synchronized in the last {minutes} minutes.',
    da: 'Intet er synkroniseret de sidste {minutes} minutter.',
  },
  queues: { en: 'Queue depth', da: 'Kødybde' },
  waiting: { en: 'wait', da: 'venter' },
  dead: { en: 'given up', da: 'opgivet' },
  latency: { en: 'Latency by system', da: 'Svartid efter system' },
  system: { en: 'System', da: 'System' },
  average: { en: 'Average', da: 'Gennemsnit' },
  p95: { en: 'p95', da: 'p95' },
  noCalls: {
    en: 'No system was called in the last {minutes} minutes.',
    da: 'Intet system er kaldt de sidste {minutes} minutter.',
  },
  unavailable: {
    en: 'There are no figures: {reason}. They come from Prometheus; everything else on this page goes on without it.',
    da: 'Der er ingen tal: {reason}. De kommer fra Prometheus; resten af siden virker uden.',
  },
} as const

const everyMs = 15_000

/** How fast synchronization is, as Prometheus measured it. */
export const Performance = () => {
  const query = useWanted()
  const performance = useRead(
    `integration performance ${JSON.stringify(query)}`,
    () => read(api.admin.integrations.performance.$get({ query })),
    everyMs,
  )
  return (
    <Shown of={performance}>
      {(figures) => {
        if (figures.source === 'unavailable') return <Empty>{say(texts.unavailable, { reason: figures.reason })}</Empty>
        const { windowMinutes: minutes, queueDepth, latencyByAdapter } = figures
        const rows = speeds(figures)
        const slowest = Math.max(0, ...rows.map(({ milliseconds }) => milliseconds ?? 0))
        const fastest = Math.max(0, ...rows.map(({ recordsPerSecond }) => recordsPerSecond ?? 0))
        const longest = Math.max(
          0,
          ...latencyByAdapter.map(({ averageSeconds, p95Seconds }) => p95Seconds ?? averageSeconds),
        )
        return (
          <>
            <Card title={say(texts.speed)} wide aside={<span class="quiet">{say(texts.window, { minutes })}</span>}>
              <Table
                label={say(texts.speed)}
                rows={rows}
                keyOf={({ integrationId }) => integrationId}
                empty={say(texts.noSyncs, { minutes })}
                columns={[
                  {
                    title: say(texts.integration),
                    cell: (one) => (one.whose ? <WhoseLink of={one.whose} /> : one.integrationId),
                  },
                  {
                    title: say(texts.averageDuration),
                    cell: ({ milliseconds }) =>
                      milliseconds === null ? (
                        '–'
                      ) : (
                        <Bar value={milliseconds} of={slowest} text={duration(milliseconds / 1_000)} />
                      ),
                    isNumber: true,
                  },
                  {
                    title: say(texts.records),
                    cell: ({ recordsPerSecond }) =>
                      recordsPerSecond === null ? (
                        '–'
                      ) : (
                        <Bar
                          value={recordsPerSecond}
                          of={fastest}
                          text={`${number(recordsPerSecond, recordsPerSecond < 0.1 ? 4 : 2)}/s`}
                        />
                      ),
                    isNumber: true,
                  },
                ]}
              />
            </Card>
            <Card title={say(texts.latency)}>
              <Table
                label={say(texts.latency)}
                rows={latencyByAdapter}
                keyOf={({ adapterType }) => adapterType}
                empty={say(texts.noCalls, { minutes })}
                columns={[
                  { title: say(texts.system), cell: ({ adapterType }) => systemTitle(adapterType) },
                  {
                    title: say(texts.average),
                    cell: ({ averageSeconds }) => duration(averageSeconds),
                    isNumber: true,
                  },
                  {
                    title: say(texts.p95),
                    cell: ({ p95Seconds }) =>
                      p95Seconds === null ? '–' : <Bar value={p95Seconds} of={longest} text={duration(p95Seconds)} />,
                    isNumber: true,
                  },
                ]}
              />
            </Card>
            <Card title={say(texts.queues)}>
              {queueDepth.map(({ queueName, waiting, dead }) => (
                <div key={queueName}>
                  <p class="quiet">{queueTitle(queueName)}</p>
                  <Figures>
                    <Figure
                      label={say(texts.waiting)}
                      value={number(waiting)}
                      tone={waiting > 100 ? 'warn' : undefined}
                    />
                    <Figure label={say(texts.dead)} value={number(dead)} tone={dead > 0 ? 'bad' : undefined} />
                  </Figures>
                </div>
              ))}
            </Card>
          </>
        )
      }}
    </Shown>
  )
}
