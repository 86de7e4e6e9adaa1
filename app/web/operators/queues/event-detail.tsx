import { useEffect, useRef } from 'preact/hooks'
import { api, read } from '../../client.ts'
import { dateTime, number, say } from '../../language.ts'
import { Action } from '../../ui/action.tsx'
import { Card, Shown } from '../../ui/card.tsx'
import { Facts } from '../../ui/facts.tsx'
import { words } from '../../ui/texts.ts'
import { TraceLink } from '../../ui/trace-link.tsx'
import { useRead } from '../../use-read.ts'
import { systemTitle } from '../names.ts'
import { EventStatus, reasonOf, type WebhookEvent } from './event-status.tsx'

const texts = {
  title: { en: 'Event {type} of {source}', da: 'Hændelsen {type} fra {source}' },
  anEvent: { en: 'A webhook event', da: 'En webhook-hændelse' },
  trace: { en: 'Trace', da: 'Spor' },
  status: { en: 'Status', da: 'Status' },
  why: { en: 'Why', da: 'Hvorfor' },
  attempts: { en: 'Attempts', da: 'Forsøg' },
  received: { en: 'Received', da: 'Modtaget' },
  ended: { en: 'Worked off', da: 'Behandlet' },
  theirs: { en: 'Its number at {source}', da: 'Nummer hos {source}' },
  about: { en: 'About', da: 'Angår' },
  ours: { en: 'Its number here', da: 'Nummer her' },
  replay: { en: 'Replay', da: 'Afspil igen' },
  askReplay: { en: 'Work this event off once more?', da: 'Behandl hændelsen igen?' },
  explainReplay: {
    en: 'It becomes pending again, with all its attempts before it. What it did already is not done twice.',
    da: 'Den afventer igen med alle sine forsøg. Hvad den allerede har gjort, sker ikke to gange.',
  },
  replayed: {
    en: 'The event is pending again; watch its status here.',
    da: 'Hændelsen afventer igen; følg dens status her.',
  },
  quarantine: { en: 'Quarantine', da: 'Sæt i karantæne' },
  askQuarantine: { en: 'Put this event aside?', da: 'Læg hændelsen til side?' },
  explainQuarantine: {
    en: 'Nobody works on it until it is replayed; later events of the same contact go on.',
    da: 'Den behandles ikke, før den afspilles igen; senere hændelser for samme kontakt fortsætter.',
  },
  reason: { en: 'Reason (for the audit log)', da: 'Begrundelse (til revisionsloggen)' },
  quarantined: { en: 'The event was put aside.', da: 'Hændelsen er lagt til side.' },
} as const

/** One event: what is known of it, and what can be done. */
export const EventDetail = ({ id, onClose, onChanged }: { id: string; onClose: () => void; onChanged: () => void }) => {
  const top = useRef<HTMLDivElement>(null)
  // Whoever opens an event is taken to it.
  useEffect(() => top.current?.focus(), [])
  const param = { id }
  const event = useRead(`event ${id}`, () => read(api.admin.events[':id'].$get({ param })), 2_000)
  const done = (): void => {
    event.reload()
    onChanged()
  }
  const replay = async (): Promise<string> => {
    await read(api.admin.events[':id'].replay.$post({ param }))
    return say(texts.replayed)
  }
  const quarantine = async (reason: string): Promise<string> => {
    await read(api.admin.events[':id'].quarantine.$post({ param, json: { reason } }))
    return say(texts.quarantined)
  }
  return (
    <div class="wide" ref={top} tabIndex={-1}>
      <Card
        title={event.data ? titleOf(event.data) : say(texts.anEvent)}
        aside={
          <button type="button" onClick={onClose}>
            {say(words.close)}
          </button>
        }
      >
        <Shown of={event}>
          {(shown) => (
            <>
              <EventFacts event={shown} />
              <p class="buttons">
                <Action
                  label={say(texts.replay)}
                  question={say(texts.askReplay)}
                  explain={say(texts.explainReplay)}
                  act={replay}
                  onDone={done}
                />
                {shown.status !== 'processed' && shown.status !== 'quarantined' && (
                  <Action
                    label={say(texts.quarantine)}
                    question={say(texts.askQuarantine)}
                    explain={say(texts.explainQuarantine)}
                    field={{ label: say(texts.reason), required: true }}
                    act={quarantine}
                    onDone={done}
                    isDangerous
                  />
                )}
              </p>
            </>
          )}
        </Shown>
      </Card>
    </div>
  )
}

const titleOf = ({ type, source }: WebhookEvent): string => say(texts.title, { type, source: systemTitle(source) })

const EventFacts = ({ event }: { event: WebhookEvent }) => {
  const { id, status, attempts, receivedAt, processedAt, eventId, contactKey, traceId } = event
  return (
    <Facts
      facts={[
        [say(texts.status), <EventStatus key={status} status={status} />],
        [say(texts.why), reasonOf(event)],
        [say(texts.attempts), number(attempts)],
        [say(texts.received), dateTime(receivedAt)],
        [say(texts.ended), processedAt && dateTime(processedAt)],
        [say(texts.theirs, { source: systemTitle(event.source) }), eventId],
        [say(texts.about), contactKey],
        [say(texts.ours), id],
        [say(texts.trace), <TraceLink key="trace" id={traceId} />],
      ]}
    />
  )
}
