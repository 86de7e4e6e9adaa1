import { expect, test, vi } from 'vitest'
import { Outages, round } from './outages.ts'

test('a round has its outages one provider at a time, and ends before it begins again', () => {
  for (const { provider, at, seconds } of round.outages) {
    expect(at + seconds).toBeLessThan(round.seconds)
    const others = round.outages.filter((one) => one.provider === provider && one.at > at)
    for (const other of others) expect(other.at).toBeGreaterThanOrEqual(at + seconds)
  }
})

test('trouble explains the answers of what asks the provider at once, while it lasts and shortly after', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url}`)
    return new Response()
  })
  try {
    const outages = new Outages('http://sandbox', {
      seconds: 60,
      outages: [
        { provider: 'verity', at: 0.01, seconds: 0.05, fault: { status: 503 } },
        { provider: 'oauth', at: 0.02, seconds: 60, fault: { refuse: true } },
      ],
    })
    expect(outages.explains('GET /api/verity/contacts')).toBe(false)
    const stop = new AbortController()
    const running = outages.run(stop.signal, () => {})
    await vi.waitFor(() => expect(asked).toContain('DELETE http://sandbox/faults/verity'))
    expect(outages.explains('GET /api/verity/contacts')).toBe(true)
    expect(outages.explains('GET /api/contacts')).toBe(false)
    expect(outages.explains('GET /api/verity/contacts', Date.now() + 40_000)).toBe(false)
    stop.abort()
    await running
    // Who stops it finds the world in order.
    expect(asked).toEqual([
      'PUT http://sandbox/faults/verity',
      'PUT http://sandbox/faults/oauth',
      'DELETE http://sandbox/faults/verity',
      'DELETE http://sandbox/faults/oauth',
    ])
  } finally {
    vi.unstubAllGlobals()
  }
})
