import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakePrometheus extends AsyncDisposable {
  readonly url: string
  /** Every query it was asked, in order. */
  readonly asked: string[]
}

export interface Behaviour {
  /** The value of a query, or undefined where it has no series; a list of label sets gives a series each, of value 1. */
  readonly query: (text: string) => number | readonly Readonly<Record<string, string>>[] | undefined
  /** Bodies of other addresses by path. */
  readonly json?: Readonly<Record<string, unknown>>
}

/** Speaks as much of Prometheus' API as the verifier uses, on a port of its own. For tests. */
export const fakePrometheus = async ({ query, json = {} }: Behaviour): Promise<FakePrometheus> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake')
    const send = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const other = json[pathname]
    if (other !== undefined) return send(200, other)
    const text = searchParams.get('query') ?? ''
    asked.push(text)
    if (text.includes('!!')) return send(400, { status: 'error', error: 'parse error: unexpected "!!"' })
    const found = query(text)
    const labels = found === undefined ? [] : typeof found === 'number' ? [{}] : found
    const value = String(typeof found === 'number' ? found : 1)
    const instant = pathname === '/api/v1/query'
    send(200, {
      status: 'success',
      data: {
        resultType: instant ? 'vector' : 'matrix',
        result: labels.map((metric) => (instant ? { metric, value: [1, value] } : { metric, values: [[1, value]] })),
      },
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
