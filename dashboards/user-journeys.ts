import { type JourneyName, type JourneyStep, journeySteps } from '../catalogue/journeys.ts'
import {
  increase,
  increaseShown,
  observed,
  oneOf,
  perMinute,
  quantile,
  rate,
  rounded,
  select,
  share,
  sum,
  type Vector,
} from '../catalogue/promql.ts'
import { spans, type TraceQuery, together } from '../catalogue/traceql.ts'
import type { Dashboard } from './dashboard.ts'
import { barGauge } from './gauges.ts'
import { leadsTo, type Row, row } from './layout.ts'
import { errorShareLimits } from './limits.ts'
import { clickedCell, toDashboard, toTraces } from './links.ts'
import { table, traces } from './lists.ts'
import { stat, timeseries } from './panels.ts'
import type { Query } from './targets.ts'
import type { Tile } from './tile.ts'
import { scope, scopedSpans } from './variables.ts'

const window = '$__rate_interval'
const calls = 'traces_span_metrics_calls_total'

const named = (names: readonly string[]) => (names.length === 1 ? (names[0] ?? '') : oneOf(...names))
const done = (names: readonly string[]) => select(calls, { ...scope, span_name: named(names) })
const failed = (names: readonly string[]) =>
  select(calls, { ...scope, span_name: named(names), status_code: 'STATUS_CODE_ERROR' })
const times = (names: readonly string[]) =>
  select('traces_span_metrics_duration_seconds', { ...scope, span_name: named(names) })
const keptTimes = (names: readonly string[]) =>
  select('traces_kept_span_metrics_duration_seconds', { ...scope, span_name: named(names) })

interface About {
  readonly title: string
  /** Where to look when it fails. */
  readonly advice: string
  /** Longer than usual, so that there is always something to look at: half of what a request may take, more where jobs follow. */
  readonly slow: '100ms' | '250ms' | '500ms'
}

const about: Readonly<Record<JourneyName, About>> = {
  login: {
    title: 'Login',
    advice: 'See whether the identity provider answers, then Security for failed sign-ins.',
    slow: '100ms',
  },
  'contact-creation': {
    title: 'Contact creation',
    advice: 'The request ends with the database write; enrichment and search indexing are jobs: see their queues.',
    slow: '500ms',
  },
  'email-sync': {
    title: 'E-mail sync',
    advice: 'See whether Gmail answers (429 is its limit), then the queue email-sync.',
    slow: '250ms',
  },
  'lead-workflow': {
    title: 'Lead workflow',
    advice: 'The calendar is Google’s; the rest is ours: see the queue lead-workflow.',
    slow: '500ms',
  },
}

const names = Object.keys(journeySteps) as JourneyName[]
const stepsOf = (journey: JourneyName): readonly JourneyStep[] => journeySteps[journey]
const measured = (journey: JourneyName): string[] => stepsOf(journey).map(({ measuredBy }) => measuredBy)
const own = (journey: JourneyName): readonly JourneyStep[] => stepsOf(journey).filter(({ alsoServes }) => !alsoServes)
const firstOf = (journey: JourneyName): string[] =>
  own(journey)
    .slice(0, 1)
    .map(({ measuredBy }) => measuredBy)
const everyStep = [...new Set(names.flatMap(measured))]

const failedShare = (of: readonly string[]): Vector => share(sum(rate(failed(of), window)), sum(rate(done(of), window)))

/** A query a step, in the order in which they are done; those that others take too say so. */
const byStep = (journey: JourneyName, value: (span: readonly string[]) => Vector): Query[] =>
  stepsOf(journey).map(({ name, measuredBy, alsoServes }, i) => ({
    expr: value([measuredBy]),
    legend: `${i + 1} ${name}${alsoServes ? ' (others too)' : ''}`,
  }))

/** The journey's own steps, which can be compared with each other. */
const byOwnStep = (journey: JourneyName, value: (span: readonly string[]) => Vector): Query[] =>
  own(journey).map((step) => ({
    expr: value([step.measuredBy]),
    legend: `${stepsOf(journey).indexOf(step) + 1} ${step.name}`,
  }))

/** Which steps are not the journey's alone, for the reader of its numbers. */
const sharedWith = (journey: JourneyName): string =>
  stepsOf(journey)
    .flatMap(({ name, alsoServes }) => (alsoServes ? `${name} also serves ${alsoServes}` : []))
    .join('; ')

/** Traces that hold the journey's own span; the first step of an e-mail's is Google's webhook, or our own question. */
const ownSpan: Readonly<Record<JourneyName, string>> = {
  login: 'token validation',
  'contact-creation': 'POST /api/contacts',
  'email-sync': 'message fetch',
  'lead-workflow': 'qualify',
}
const failedTraces = (journey: JourneyName): TraceQuery =>
  together(scopedSpans({ name: ownSpan[journey] }), spans({ status: 'error' }))
const slowTraces = (journey: JourneyName): TraceQuery =>
  scopedSpans({ name: ownSpan[journey], traceLongerThan: about[journey].slow })

const failedNow = (journey: JourneyName): Tile =>
  stat({
    title: `${about[journey].title}: failed`,
    description: `Share of its steps that failed. ${about[journey].advice}`,
    unit: 'percentunit',
    decimals: 1,
    limits: errorShareLimits,
    queries: [{ expr: failedShare(measured(journey)), legend: 'failed' }],
    links: [toTraces('Failed traces', failedTraces(journey))],
  })

const begun = (journey: JourneyName): Tile =>
  stat({
    title: `${about[journey].title}: begun`,
    description:
      'How often the first step that is its alone was taken in the time shown. None at a busy hour: do it yourself, then look at the log.',
    unit: 'short',
    queries: [{ expr: rounded(sum(increase(done(firstOf(journey)), '$__range'))), legend: 'begun', instant: true }],
    links: [toDashboard('api-performance')],
  })

const journeyRow = (journey: JourneyName): Row => {
  const { title, advice, slow } = about[journey]
  const slowOnes = toTraces('Slow traces', slowTraces(journey))
  return leadsTo(
    row(
      `${title}: ${stepsOf(journey)
        .map(({ name }) => name)
        .join(' → ')}`,
      [
        barGauge({
          title: `${title}: how far do they get?`,
          description: `How often each step of its own was taken in the time shown (estimated between scrapes, then rounded).${sharedWith(journey) ? ` Left out: ${sharedWith(journey)}.` : ''} A step far below the one before it: there they stop. ${advice}`,
          unit: 'short',
          queries: byOwnStep(journey, (span) => rounded(sum(increaseShown(done(span))))).map((query) => ({
            ...query,
            instant: true,
          })),
          links: [toTraces('Failed traces', failedTraces(journey))],
        }),
        timeseries({
          title: `${title}: steps`,
          description: `Each step per minute.${sharedWith(journey) ? ` (Others too: ${sharedWith(journey)}.)` : ''} One that falls behind the others waits in its queue, or is not reached. ${advice}`,
          unit: 'cpm',
          queries: byStep(journey, (span) => perMinute(sum(rate(done(span), window)))),
        }),
        timeseries({
          title: `${title}: failures`,
          description: `Share of each step that failed. The first that fails is the cause. ${advice}`,
          unit: 'percentunit',
          limits: errorShareLimits,
          queries: byStep(journey, failedShare),
          links: [toTraces('Failed traces', failedTraces(journey))],
        }),
        timeseries({
          title: `${title}: duration, p95`,
          description: `95 % of each step are faster. A dot opens a trace. The step that rose is where the time goes. ${advice}`,
          unit: 's',
          queries: [
            ...byStep(journey, (span) => observed(quantile(0.95, times(span), window))),
            {
              expr: observed(quantile(0.95, keptTimes(measured(journey)), window)),
              legend: 'all steps, kept traces',
              colour: 'aside',
              exemplars: true,
            },
          ],
        }),
      ],
      [
        traces({
          title: `${title}: slowest traces (over ${slow.replace('ms', ' ms')})`,
          description: `Of the newest fifty longer than that, jobs included, the slowest first; some in ordinary times too. Open one: the widest gap or bar is where the time went.`,
          height: 7,
          slowestFirst: true,
          query: slowTraces(journey),
        }),
        traces({
          title: `${title}: failed traces`,
          height: 7,
          description: `Traces of it with a span that ended in an error. The first red span from below is the cause. ${advice}`,
          query: failedTraces(journey),
        }),
      ],
    ),
    slowOnes,
  )
}

export const userJourneys: Dashboard = {
  uid: 'user-journeys',
  description: 'Do people get done what they came for, and at which step do they not?',
  tags: ['journeys'],
  rows: [
    row('Do people get through?', names.map(failedNow), names.map(begun), [
      table({
        title: 'Steps',
        description:
          'Every step of every journey, by the span that measures it; some serve others too, see below. Red in "failed": click it for its traces, then go to its journey below.',
        by: { label: 'span_name', title: 'Span' },
        columns: [
          {
            title: 'Failed',
            unit: 'percentunit',
            limits: errorShareLimits,
            expr: share(
              sum(rate(failed(everyStep), window), ['span_name']),
              sum(rate(done(everyStep), window), ['span_name']),
            ),
          },
          { title: 'A minute', unit: 'cpm', expr: perMinute(sum(rate(done(everyStep), window), ['span_name'])) },
          { title: 'p50', unit: 's', expr: observed(quantile(0.5, times(everyStep), window, ['span_name'])) },
          { title: 'p95', unit: 's', expr: observed(quantile(0.95, times(everyStep), window, ['span_name'])) },
        ],
        rowLinks: [toTraces('Traces of this step', spans({ name: clickedCell }))],
      }),
    ]),
    ...names.map(journeyRow),
  ],
}
