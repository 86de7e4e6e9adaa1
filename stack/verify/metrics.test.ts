import { expect, it } from 'vitest'
import { cap, counter, gauge, histogram, type Metric } from '../../catalogue/metric.ts'
import { fakePrometheus } from './fake-prometheus.ts'
import { metricChecks } from './metrics.ts'

const processed = counter({
  unit: '{job}',
  description: '',
  labels: { queue: ['a', 'b'] },
  source: 'app',
  services: ['api', 'worker'],
})

const find = async (metric: Metric, found: Record<string, string>[], absent: string[] = []) => {
  await using prometheus = await fakePrometheus({ query: () => (found.length > 0 ? found : undefined) })
  const [check] = metricChecks({ prometheus: prometheus.url, absent: new Set(absent) }, { processed_total: metric })
  const result = await check?.run(new AbortController().signal)
  return { result, asked: prometheus.asked }
}

it('a metric is there when each process emits it with all its labels', async () => {
  const { result, asked } = await find(processed, [
    { job: 'api', queue: 'a' },
    { job: 'worker', queue: 'b' },
  ])
  expect(result).toEqual({ state: 'ok' })
  expect(asked).toEqual(['count by (queue, job, instance) (last_over_time(processed_total[15m]))'])
})
it('a histogram is asked for its buckets', async () => {
  const metric = histogram({ unit: 's', description: '', labels: {}, buckets: [1], source: 'prometheus' })
  expect((await find(metric, [{}])).asked[0]).toContain('processed_total_bucket')
})
it('one that does not exist is named with its source', async () => {
  expect((await find(processed, [])).result).toEqual({ state: 'empty', note: 'no series; comes from app' })
})
it('one that begins with its first event is missed only when the one beside it is as well', async () => {
  const failed = counter({ unit: '{span}', description: '', labels: {}, source: 'collector', beside: 'sent_total' })
  const findBeside = async (sent: Record<string, string>[]) => {
    const answer = (query: string) => (query.includes('sent_total') && sent.length > 0 ? sent : undefined)
    await using prometheus = await fakePrometheus({ query: answer })
    const [check] = metricChecks({ prometheus: prometheus.url, absent: new Set() }, { failed_total: failed })
    return await check?.run(new AbortController().signal)
  }
  expect(await findBeside([{}])).toEqual({ state: 'ok', note: 'begins with the first; sent_total is there' })
  expect(await findBeside([])).toEqual({ state: 'empty', note: 'no series; comes from collector' })
})
it('a process, a label or a value that is wrong is named', async () => {
  expect((await find(processed, [{ job: 'api' }])).result).toEqual({
    state: 'empty',
    note: 'not from worker; without the label queue',
  })
  const { result } = await find(processed, [
    { job: 'api', queue: 'a' },
    { job: 'worker', queue: 'c' },
  ])
  expect(result).toEqual({ state: 'empty', note: 'queue="c" is not in the catalogue' })
})
it('a counter with a capped label begins with its first event, so one process is enough', async () => {
  const failures = counter({
    unit: '1',
    description: '',
    labels: { to: cap(9, 'hosts') },
    source: 'app',
    services: ['api', 'worker'],
  })
  expect((await find(failures, [{ job: 'api', to: 'x' }])).result).toEqual({ state: 'ok' })
  expect((await find(failures, [])).result?.state).toBe('empty')
})
it('what needs absent software is unavailable, and names it', async () => {
  const metric = gauge({ unit: '1', description: '', labels: {}, source: 'app', needs: 'redis' })
  expect((await find(metric, [], ['redis'])).result).toEqual({ state: 'unavailable', note: 'needs redis' })
})
