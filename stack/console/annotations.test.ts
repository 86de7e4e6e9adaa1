import { expect, test } from 'vitest'
import { marksOf } from './annotations.ts'
import { limiter } from './limiter.ts'

const range = { from: 0, to: 100_000 }

test('an alert is a stretch for as long as it fires', () => {
  const annotation = { name: 'Firing', iconColor: 'red', titleFormat: '{{alertname}}', textFormat: '{{severity}}' }
  const points: [number, number][] = [10_000, 20_000, 30_000, 70_000].map((time) => [time, 1])
  const series = [{ labels: { alertname: 'APIDown', severity: 'critical' }, points }]
  const about = { kind: 'span', name: 'Firing', title: 'APIDown', text: 'critical', colour: 'red' }
  expect(marksOf(annotation, series, range, 10_000)).toEqual([
    { ...about, from: 10, to: 30 },
    { ...about, from: 70, to: 70 },
  ])
})

test('a deployment is an event at the time that its value says, in whichever of both forms it is asked', () => {
  const series = [
    {
      labels: { service: 'api', version: '2' },
      points: [
        [10_000, 5],
        [20_000, 5.3],
        [30_000, 28],
        [40_000, 900],
      ] as [number, number][],
    },
  ]
  for (const form of [{ useValueForTime: true }, { target: { useValueForTime: 'on' } }]) {
    const marks = marksOf(
      { name: 'Deployments', titleFormat: '{{service}} {{version}}', ...form },
      series,
      range,
      10_000,
    )
    expect(marks.map(({ kind, from, title }) => [kind, from, title])).toEqual([
      ['event', 5, 'api 2'],
      ['event', 28, 'api 2'],
    ])
  }
})

test('work waits for its turn, and a failure gives its place on', async () => {
  const inTurn = limiter(2)
  let running = 0
  let most = 0
  const work = (fails: boolean) => async () => {
    most = Math.max(most, ++running)
    await Promise.resolve()
    running--
    if (fails) throw new Error('no')
    return 'done'
  }
  const results = await Promise.allSettled([true, false, true, false, false].map((fails) => inTurn(work(fails))))
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(most).toBe(2)
})
