import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import * as statements from '../../alerts/sql.ts'
import { type Language, parseErrors } from '../grammar.ts'

let page: string
beforeAll(async () => {
  page = await readFile(resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8')
})

/** The text below a heading, up to the next of its level or above. */
const section = (heading: string): string => {
  const level = /^#+/.exec(heading)?.[0].length ?? 0
  const from = page.indexOf(`\n${heading}\n`)
  expect(from, heading).toBeGreaterThan(0)
  const rest = page.slice(from + heading.length + 2)
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'))
  return end < 0 ? rest : rest.slice(0, end)
}
const queries = (text: string) =>
  [...text.matchAll(/```(\w+)\n([^`]*)\n```/g)].map(([, language = '', query = '']) => ({ language, query }))

describe('docs/operations.md', () => {
  it.each([
    ['P1', 'within 15 minutes'],
    ['P2', 'within 30 minutes'],
    ['P3', 'within 2 hours'],
    ['P4', 'the next working day'],
  ])('says that %s is answered %s', (priority, respond) => {
    expect(section('## Severities')).toMatch(new RegExp(`^\\| ${priority} \\|.*\\| ${respond} \\|`, 'm'))
  })

  it('has the six steps of the incident procedure, and what a message tells for each', () => {
    const procedure = section('## The incident procedure')
    const steps = ['Detect', 'Triage', 'Diagnose', 'Mitigate', 'Resolve', 'Post-mortem']
    for (const [index, step] of steps.entries()) {
      expect(procedure).toContain(`| ${index + 1}. ${step} |`)
      expect(procedure).toContain(`\n${index + 1}. **${step}.**`)
    }
  })

  it.each([
    ['Daily', ['Overnight alerts', 'Error rates', 'Backup completion', 'Security alerts']],
    ['Weekly', ['Trends', 'Capacity', 'Thresholds', 'The monitoring itself']],
    ['Monthly', ['SLO compliance', 'Telemetry volume', 'Telemetry cost', 'Dashboards and backups']],
    ['Quarterly', ['Audit', 'Runbooks', 'Alert effectiveness', 'Capacity planning']],
  ])('%s: each item of the checklist, with what answers it', (list, items) => {
    for (const item of items) {
      const found = queries(section(`#### ${list}: ${item}`))
      expect(found.length, item).toBeGreaterThan(0)
    }
  })

  it('asks in PromQL, LogQL, SQL and by commands, each of which parses', () => {
    const all = queries(section('## Checklists'))
    expect(new Set(all.map(({ language }) => language))).toEqual(new Set(['promql', 'logql', 'sql', 'sh']))
    expect(all.filter(({ language }) => language === 'promql').length).toBeGreaterThan(30)
    for (const { language, query } of all)
      if (language === 'promql' || language === 'logql') expect(parseErrors(language as Language, query)).toEqual([])
  })

  it('has no statement that is not run by the tests of statements', () => {
    const known = Object.values(statements).map(({ text }) => text)
    for (const { language, query } of queries(page)) if (language === 'sql') expect(known).toContain(query)
  })

  it('has no query of Grafana’s variables: it is asked outside of dashboards', () => {
    expect(queries(page).filter(({ query }) => query.includes('$__'))).toEqual([])
  })

  it('counts how often each alert fired and was acted upon, and what telemetry costs', () => {
    expect(section('#### Quarterly: Alert effectiveness')).toMatch(/count_over_time\(\(ALERTS.*\[30d:5m\]/)
    expect(section('#### Quarterly: Alert effectiveness')).toContain('silence query --expired')
    expect(section('#### Monthly: Telemetry cost')).toContain('[30d])) / 1000000000 * 0.5')
  })
})
