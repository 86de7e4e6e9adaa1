import { bytes, duration, number, percent, say } from '../../language.ts'
import { operations } from '../../live.ts'
import { Card, Figure, Figures, type Tone } from '../../ui/card.tsx'
import { words } from '../../ui/texts.ts'

const texts = {
  machine: { en: 'The machine, now', da: 'Maskinen nu' },
  process: { en: 'The process that serves this page', da: 'Processen, der leverer siden' },
  cpu: { en: 'CPU', da: 'CPU' },
  cores: { en: 'of {cores} cores', da: 'af {cores} kerner' },
  memory: { en: 'Memory', da: 'Hukommelse' },
  used: { en: '{used} of {total}', da: '{used} af {total}' },
  uptime: { en: 'Up for', da: 'Oppe i' },
  rss: { en: 'Memory', da: 'Hukommelse' },
  heap: { en: '{heap} of it heap', da: 'heraf {heap} heap' },
  loop: { en: 'Event loop delay, p99', da: 'Forsinkelse i event loop, p99' },
  connections: { en: 'Live connections', da: 'Live-forbindelser' },
  events: { en: '{events} events/min', da: '{events} hændelser/min' },
} as const

/** Where the live alerts begin, and where it is worth a look. */
const toneOf = (value: number, warn: number, bad: number): Tone | undefined =>
  value > bad ? 'bad' : value > warn ? 'warn' : undefined

/** The figures of this moment, as they are told live. */
export const Now = () => {
  const told = operations.value
  if (!told)
    return (
      <p class="quiet" aria-busy="true">
        {say(words.loading)}
      </p>
    )
  const { system, socket } = told.snapshot
  const { uptimeSeconds, rssBytes, heapUsedBytes, cpuPercent, eventLoopP99Ms } = told.process
  return (
    <div class="cards">
      <Card title={say(texts.machine)}>
        <Figures>
          <Figure
            label={say(texts.cpu)}
            value={percent(system.cpu.usage)}
            note={say(texts.cores, { cores: system.cpu.cores })}
            tone={toneOf(system.cpu.usage, 60, 80)}
          />
          <Figure
            label={say(texts.memory)}
            value={percent(system.memory.usagePercent)}
            note={say(texts.used, { used: bytes(system.memory.used), total: bytes(system.memory.total) })}
            tone={toneOf(system.memory.usagePercent, 70, 80)}
          />
          <Figure label={say(texts.uptime)} value={duration(system.uptime)} />
        </Figures>
      </Card>
      <Card title={say(texts.process)}>
        <Figures>
          <Figure label={say(texts.cpu)} value={percent(cpuPercent)} tone={toneOf(cpuPercent, 60, 80)} />
          <Figure
            label={say(texts.rss)}
            value={bytes(rssBytes)}
            note={say(texts.heap, { heap: bytes(heapUsedBytes) })}
          />
          <Figure
            label={say(texts.loop)}
            value={duration(eventLoopP99Ms / 1_000)}
            tone={toneOf(eventLoopP99Ms, 100, 500)}
          />
          <Figure
            label={say(texts.connections)}
            value={number(socket.activeConnections)}
            note={say(texts.events, { events: number(socket.eventsPerMinute) })}
          />
          <Figure label={say(texts.uptime)} value={duration(uptimeSeconds)} />
        </Figures>
      </Card>
    </div>
  )
}
