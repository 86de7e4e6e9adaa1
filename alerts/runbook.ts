import type { LogMetric, LogQuery } from '../catalogue/logql.ts'
import type { Vector } from '../catalogue/promql.ts'
import type { TraceQuery } from '../catalogue/traceql.ts'

/** A question that is answered by one query; `answer` says how to read what comes back. */
export interface Look {
  readonly question: string
  readonly language: 'promql' | 'logql' | 'traceql' | 'sql'
  readonly text: string
  readonly answer: string
}

/** What the person who was woken reads. Several alerts about one thing may share it. */
export interface Runbook {
  /** Part of every link that was ever sent: it never changes. */
  readonly slug: string
  readonly title: string
  /** Who is hurt, and how: one sentence, which is also in the message. */
  readonly impact: string
  /** What to do first: one sentence, which is also in the message. */
  readonly firstStep: string
  readonly looks: readonly Look[]
  /** From the likely to the rare. */
  readonly causes: readonly string[]
  readonly actions: readonly string[]
  readonly escalation: string
}

export const metricsLook = (question: string, { text }: Vector, answer: string): Look => ({
  question,
  language: 'promql',
  text,
  answer,
})

export const logsLook = (question: string, { text }: LogQuery | LogMetric, answer: string): Look => ({
  question,
  language: 'logql',
  text,
  answer,
})

export const tracesLook = (question: string, { text }: TraceQuery, answer: string): Look => ({
  question,
  language: 'traceql',
  text,
  answer,
})

export const sqlLook = (question: string, { text }: { readonly text: string }, answer: string): Look => ({
  question,
  language: 'sql',
  text,
  answer,
})
