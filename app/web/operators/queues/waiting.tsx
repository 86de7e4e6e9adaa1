import { useLocation } from 'preact-iso'
import { duration, number, say, type Text, timeOfDay } from '../../language.ts'
import { clockOffset, now, status } from '../../live.ts'
import { Card, Empty, Pill } from '../../ui/card.tsx'
import { changed } from '../../use-filters.ts'
import { queueTitle, systemTitle } from '../names.ts'
import { type QueueNow, type Wait, waitsOf } from './why.ts'

const texts = {
  title: { en: 'What waits, what failed, and why', da: 'Hvad venter, hvad fejlede, og hvorfor' },
  nothing: {
    en: 'Nothing waits for anything, and nothing has failed: every queue is worked off as it fills.',
    da: 'Intet venter på noget, og intet er fejlet: alle køer bliver behandlet, efterhånden som de fyldes.',
  },
  rate_limit: {
    en: '{queue}: {jobs} put off until {time}, because {system} asked us to wait (rate limit). It goes on by itself in {left}; nothing needs to be done.',
    da: '{queue}: {jobs} udskudt til kl. {time}, fordi {system} har bedt os vente (for mange kald). Det fortsætter af sig selv om {left}; der skal ikke gøres noget.',
  },
  limited: {
    en: '{system} asked us to wait until {time}. What needs it is put off until then and goes on by itself in {left}.',
    da: '{system} har bedt os vente til kl. {time}. Det, der skal bruge {system}, udskydes til da og fortsætter af sig selv om {left}.',
  },
  retry: {
    en: '{queue}: {jobs} failed because of {system} and will be tried again, next at {time} (in {left}).',
    da: '{queue}: {jobs} fejlede på grund af {system} og prøves igen, næste gang kl. {time} (om {left}).',
  },
  retryOwn: {
    en: '{queue}: {jobs} failed and will be tried again, next at {time} (in {left}).',
    da: '{queue}: {jobs} fejlede og prøves igen, næste gang kl. {time} (om {left}).',
  },
  behind: {
    en: '{queue}: {jobs} are due and not taken yet. Is a worker running, and does it keep up?',
    da: '{queue}: {jobs} burde være i gang, men er det ikke. Kører en arbejder, og kan den følge med?',
  },
  dead: {
    en: '{queue}: {jobs} given up after the last attempt. Look at why, mend it, and replay what is still needed.',
    da: '{queue}: {jobs} opgivet efter sidste forsøg. Find årsagen, ret den, og afspil det, der stadig er brug for.',
  },
  events: {
    en: 'Webhook events that failed: {count}. Open one to see why; when the cause is gone, replay it.',
    da: 'Webhook-hændelser, der fejlede: {count}. Åbn en for at se hvorfor; afspil den igen, når årsagen er væk.',
  },
  failed: { en: 'failed', da: 'fejlet' },
  showEvents: { en: 'Show the events', da: 'Vis hændelserne' },
  oneJob: { en: '1 job', da: '1 job' },
  manyJobs: { en: '{count} jobs', da: '{count} job' },
  somebody: { en: 'another system', da: 'et andet system' },
  show: { en: 'Show the jobs', da: 'Vis jobbene' },
  word: {
    rate_limit: { en: 'rate limit', da: 'må vente' },
    retry: { en: 'tried again', da: 'prøves igen' },
    behind: { en: 'behind', da: 'bagud' },
    dead: { en: 'given up', da: 'opgivet' },
  },
} as const

const states: Readonly<Record<Wait['kind'], string>> = {
  rate_limit: 'delayed',
  retry: 'delayed',
  behind: 'waiting',
  dead: 'dead',
}

const jobsOf = (count: number): string =>
  count === 1 ? say(texts.oneJob) : say(texts.manyJobs, { count: number(count) })

/** Milliseconds since 1970, by the service's clock. */
const present = (): number => now.value + clockOffset.value

const left = (until: string): string => duration(Math.max(1, Math.ceil((Date.parse(until) - present()) / 1_000)))

const sentence = ({ kind, queueName, jobs, provider, at }: Wait): string => {
  const text: Text = kind === 'retry' && provider === null ? texts.retryOwn : texts[kind]
  return say(text, {
    queue: queueTitle(queueName),
    jobs: jobsOf(jobs),
    system: provider === null ? say(texts.somebody) : systemTitle(provider),
    ...(at !== null && { time: timeOfDay(at), left: left(at) }),
  })
}

/** In words: what keeps jobs waiting, until when, and whether anybody has to do something. */
export const Waiting = ({ queues, failedEvents }: { queues: readonly QueueNow[]; failedEvents: number }) => {
  const { path } = useLocation()
  const waits = waitsOf(queues)
  // Whoever asked us to wait while no job was due yet: the next one will be put off.
  const limited = (status.value?.badges ?? []).filter(
    ({ name, rateLimitedUntil }) =>
      rateLimitedUntil !== null &&
      Date.parse(rateLimitedUntil) > present() &&
      !waits.some(({ kind, provider }) => kind === 'rate_limit' && provider === name),
  )
  return (
    <Card title={say(texts.title)} wide>
      {waits.length + limited.length + failedEvents === 0 && <Empty>{say(texts.nothing)}</Empty>}
      <ul class="reasons">
        {limited.map(({ name, rateLimitedUntil }) => (
          <li key={name}>
            <Pill tone="warn">{say(texts.word.rate_limit)}</Pill>
            <span>
              {say(texts.limited, {
                system: systemTitle(name),
                time: timeOfDay(rateLimitedUntil ?? ''),
                left: left(rateLimitedUntil ?? ''),
              })}
            </span>
          </li>
        ))}
        {waits.map((wait) => (
          <li key={`${wait.queueName} ${wait.kind} ${wait.provider}`}>
            <Pill tone={wait.tone}>{say(texts.word[wait.kind])}</Pill>
            <span>
              {sentence(wait)}{' '}
              <a href={`${path}?${changed({}, { tab: 'jobs', queue: wait.queueName, state: states[wait.kind] })}`}>
                {say(texts.show)}
              </a>
            </span>
          </li>
        ))}
        {failedEvents > 0 && (
          <li>
            <Pill tone="bad">{say(texts.failed)}</Pill>
            <span>
              {say(texts.events, { count: number(failedEvents) })}{' '}
              <a href={`${path}?${changed({}, { tab: 'events', status: 'error' })}`}>{say(texts.showEvents)}</a>
            </span>
          </li>
        )}
      </ul>
    </Card>
  )
}
