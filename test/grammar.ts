import { parser as logql } from '@grafana/lezer-logql'
import { parser as traceql } from '@grafana/lezer-traceql'
import type { LRParser } from '@lezer/lr'
import { parser as promql } from '@prometheus-io/lezer-promql'

const grammars: Record<Language, LRParser> = { promql, logql, traceql }

export type Language = 'promql' | 'logql' | 'traceql'

/**
 * Where a query does not parse by the grammar that Prometheus', Loki's and Tempo's own editors use; empty when it does.
 * Grafana's variables must have been replaced before: the grammars do not know them.
 */
export const parseErrors = (language: Language, text: string): string[] => {
  const errors: string[] = []
  grammars[language].parse(text).iterate({
    enter: ({ type, from, to }) => {
      if (!type.isError) return
      const found = text.slice(from, to)
      errors.push(
        `${language}, column ${from + 1}: ${found === '' ? 'something is missing' : `unexpected "${found}"`}: ${text}`,
      )
    },
  })
  return errors
}
