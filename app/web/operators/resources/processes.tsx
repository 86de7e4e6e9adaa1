import { say } from '../../language.ts'
import { SeriesCard } from '../series-card.tsx'

const texts = {
  title: { en: 'By process', da: 'Efter proces' },
  cpu: { en: 'CPU of each process (100 % is one core)', da: 'CPU for hver proces (100 % er én kerne)' },
  memory: { en: 'Memory of each process', da: 'Hukommelse for hver proces' },
  loop: { en: 'Event loop delay of each process, p99', da: 'Forsinkelse i event loop for hver proces, p99' },
  uptime: { en: 'Uptime of each process', da: 'Oppetid for hver proces' },
} as const

/** What each process of the service uses, as Prometheus scraped it. */
export const Processes = ({ minutes }: { minutes: number }) => (
  <>
    <h2 class="between">{say(texts.title)}</h2>
    <div class="cards">
      <SeriesCard name="cpu" title={say(texts.cpu)} minutes={minutes} />
      <SeriesCard name="memory" title={say(texts.memory)} minutes={minutes} />
      <SeriesCard name="event_loop" title={say(texts.loop)} minutes={minutes} />
      <SeriesCard name="uptime" title={say(texts.uptime)} minutes={minutes} />
    </div>
  </>
)
