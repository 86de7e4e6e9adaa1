import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A Prometheus that answers every query with the same samples. */
export const startPrometheusThatSays = async (
  samples: readonly { labels: Readonly<Record<string, string>>; value: string }[],
): Promise<{ readonly url: string; readonly stop: () => void }> => {
  const result = samples.map(({ labels, value }) => ({ metric: labels, value: [1, value] }))
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
