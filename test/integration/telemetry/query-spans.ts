import { describe, expect, it } from 'vitest'
import type { ReceivedSpan } from './receiver.ts'

/** What must be true of the spans of queries, after the requests that `telemetry-signals.test.ts` sends. */
export const describeQueries = (of: () => { spans: readonly ReceivedSpan[]; databaseUrl: string }): void => {
  const spans = () => of().spans
  describe('of queries', () => {
    it('are of their request, lie within it, and say where they went; those of a transaction too', () => {
      const byId = new Map(spans().map((span) => [span.spanId, span]))
      for (const [name, parent] of [
        ['select contacts', 'GET /api/contacts/:id'],
        ['begin', 'POST /api/contacts'],
        ['insert contacts', 'POST /api/contacts'],
        ['commit', 'POST /api/contacts'],
      ] as const) {
        const query = spans().find((span) => span.name === name)
        const request = byId.get(query?.parentSpanId ?? '')
        expect([name, request?.name, query?.kind]).toEqual([name, parent, 3])
        expect(request && query && query.startNs >= request.startNs && query.endNs <= request.endNs).toBe(true)
        expect(query?.endNs).toBeGreaterThan(query?.startNs ?? 0n)
        expect(query?.attributes).toMatchObject({
          'db.namespace': 'crm',
          'server.address': '127.0.0.1',
          'server.port': Number(new URL(of().databaseUrl).port),
        })
      }
    })

    it('of one that failed say its code, and nothing of what it was asked', () => {
      const query = spans().find((span) => span.attributes['db.response.status_code'] === '22P02')
      expect(query?.name).toBe('select')
      expect(query?.attributes['error.type']).toBe('22P02')
      expect(query?.status).toEqual({ code: 2, message: 'PostgreSQL error 22P02' })
      expect(query?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
        ['exception', { 'exception.type': '22P02', 'exception.message': 'PostgreSQL error 22P02' }],
      ])
    })

    it('are made once each, also by clients that are not of our pool', () => {
      const queries = spans().filter(({ attributes }) => attributes['db.system.name'] === 'postgresql')
      const texts = queries.map(({ attributes }) => attributes['db.query.text'])
      expect(texts.filter((text) => text === 'select name from contacts limit 0')).toHaveLength(1)
      expect(texts.filter((text) => String(text).startsWith('insert into "contacts"'))).toHaveLength(1)
      expect(texts.filter((text) => text === 'begin')).toHaveLength(1)
    })
  })
}
