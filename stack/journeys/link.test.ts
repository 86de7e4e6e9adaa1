import { expect, it } from 'vitest'
import { linkTo } from './link.ts'

const place = { offset: 100, data: '/data', run: '/data/run' }
const traceId = '0af7651916cd43dd8448eb211c80319c'

it('opens the trace in Grafana’s explorer', () => {
  const { origin, pathname, searchParams } = new URL(linkTo(place, new Set(), traceId))
  expect(`${origin}${pathname}`).toBe('http://127.0.0.1:3101/explore')
  expect(JSON.parse(searchParams.get('left') ?? '')).toEqual({
    datasource: 'tempo',
    queries: [{ refId: 'A', datasource: { type: 'tempo', uid: 'tempo' }, queryType: 'traceql', query: traceId }],
    range: { from: 'now-1h', to: 'now' },
  })
})

it('opens the console’s page of the trace where Grafana or Tempo is not', () => {
  expect(linkTo(place, new Set(['grafana']), traceId)).toBe(`http://127.0.0.1:3101/trace/${traceId}`)
  expect(linkTo(place, new Set(['tempo', 'grafana']), traceId)).toBe(`http://127.0.0.1:3101/trace/${traceId}`)
  expect(linkTo(place, new Set(['tempo']), traceId)).toMatch(new RegExp(`:\\d+/trace/${traceId}$`))
})
