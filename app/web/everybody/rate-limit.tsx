import { signal, useComputed, useSignalEffect } from '@preact/signals'
import { number, say, timeOfDay } from '../language.ts'
import { clockOffset, now, status } from '../live.ts'
import { isOperator } from '../session.ts'
import { tell } from '../ui/toasts.tsx'
import { badgeNames } from './badge-texts.ts'
import { clock, nextWaits, type Wait } from './waits.ts'

const texts = {
  title: { en: 'Waiting for {name}', da: 'Venter på {name}' },
  waits: {
    en: '{name} asks us to wait until {time}.',
    da: '{name} beder os vente til kl. {time}.',
  },
  left: { en: 'Time left:', da: 'Tid tilbage:' },
  mail: {
    en: 'New e-mail comes late. Mailbox syncs waiting: {jobs}. They go on by themselves.',
    da: 'Ny e-mail kommer senere. Ventende postkassesynkroniseringer: {jobs}. De går i gang af sig selv.',
  },
  jobs: {
    en: 'Jobs waiting: {jobs}. They go on by themselves.',
    da: 'Ventende jobs: {jobs}. De går i gang af sig selv.',
  },
  drains: {
    en: '{name} may be asked again. The queue is draining: {jobs} to go.',
    da: '{name} må spørges igen. Køen tømmes: {jobs} tilbage.',
  },
  over: {
    en: '{name} works again, and nothing waits for it any more.',
    da: '{name} virker igen, og intet venter længere på den.',
  },
  queues: { en: 'See the queues', da: 'Se køerne' },
} as const

const waits = signal<readonly Wait[]>([])

/** Why something takes longer: a provider has asked us to wait. It counts down, and goes away by itself. */
export const RateLimits = () => {
  const present = useComputed(() => now.value + clockOffset.value)
  useSignalEffect(() => {
    if (!status.value) return
    const { waits: next, over } = nextWaits(waits.peek(), status.value.badges, present.value)
    if (JSON.stringify(next) !== JSON.stringify(waits.peek())) waits.value = next
    for (const name of over) tell('good', say(texts.over, { name: say(badgeNames[name]) }))
  })
  return (
    <>
      {waits.value.map(({ name, until, jobs, phase }) => {
        const words = { name: say(badgeNames[name]), time: timeOfDay(new Date(until)), jobs: number(jobs) }
        return (
          <section key={name} class="wait" data-wait={name} aria-label={say(texts.title, words)}>
            <p role="status">{say(phase === 'waits' ? texts.waits : texts.drains, words)}</p>
            {phase === 'waits' && (
              <>
                <p>
                  {say(texts.left)}{' '}
                  <span role="timer" class="clock">
                    {clock(until - present.value)}
                  </span>
                </p>
                <p>{say(name === 'gmail' ? texts.mail : texts.jobs, words)}</p>
              </>
            )}
            {isOperator() && <a href="/admin/queues">{say(texts.queues)}</a>}
          </section>
        )
      })}
    </>
  )
}
