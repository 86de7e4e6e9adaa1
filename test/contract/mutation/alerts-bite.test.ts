/** Every mutant of some alerts of each kind fails a case. `npm run mutants` tries all alerts, which takes minutes, and prints a table. */
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { promtool } from '../tools.ts'
import { type RuleFileWithCases, readRuleFiles } from './files.ts'
import { mutationTest } from './run.ts'

const generated = resolve(import.meta.dirname, '../../../alerts/generated')

const minutes = 60_000

/** A share, a depth that goes on, an age with a quantile, and a budget with its recorded windows. */
const some = ['high-error-rate', 'service-bus-queue-backlog', 'slow-sync', 'slo-email-delivery']

it('no wrong threshold, comparison, window or duration passes the cases', { timeout: 5 * minutes }, async (context) => {
  const files = (await readRuleFiles(generated)).filter(({ name }) => some.includes(name))
  const outcomes = await mutationTest(await promtool(context), files)
  expect(new Set(outcomes.map(({ file }) => file)).size).toBe(some.length)
  expect(outcomes.filter(({ mutants }) => mutants.length === 0).map(({ subject }) => subject)).toEqual([])
  expect(outcomes.flatMap(({ subject, survivors }) => survivors.map((mutant) => `${subject}: ${mutant}`))).toEqual([])
})

it('a case that does not bite is found', { timeout: 2 * minutes }, async (context) => {
  const file: RuleFileWithCases = {
    name: 'small',
    groups: [{ name: 'small', interval: '5s' }],
    rules: [{ name: 'Small', group: 'small', alert: 'Small', expr: 'a > 100', for: '1m' }],
    stories: [
      {
        name: 'fires',
        length: 24,
        settings: { evaluation_interval: '5s' },
        input_series: [{ series: 'a', values: '101x40' }],
        alert_rule_test: [
          { eval_time: '55s', alertname: 'Small', exp_alerts: [] },
          { eval_time: '60s', alertname: 'Small', exp_alerts: [{ exp_labels: {} }] },
        ],
      },
    ],
  }
  const [outcome] = await mutationTest(await promtool(context), [file])
  expect(outcome?.survivors).toEqual(['> 100 → >=', '> 100 → 95'])
})
