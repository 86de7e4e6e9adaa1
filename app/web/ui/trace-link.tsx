import { say } from '../language.ts'

const texts = {
  trace: { en: 'Trace {id}', da: 'Spor {id}' },
  none: { en: 'No trace', da: 'Intet spor' },
} as const

/** The way to a trace, by the first characters of its id. */
export const TraceLink = ({ id }: { id: string | null | undefined }) =>
  id ? (
    <a href={`/admin/journeys?trace=${id}`}>{say(texts.trace, { id: id.slice(0, 8) })}</a>
  ) : (
    <span class="quiet">{say(texts.none)}</span>
  )
