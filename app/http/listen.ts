import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Config } from '../config.ts'
import { PushServer } from '../realtime/websocket.ts'
import { observeServer } from '../telemetry/incoming.ts'

export interface Listening {
  readonly url: string
  /** Accepts nothing new, and waits for the requests in progress. */
  close(): Promise<void>
}

/** Milliseconds that a client may take to send its head and its whole request: nobody may hold connections for nothing. */
const requestLimits = { headersTimeout: 10_000, requestTimeout: 30_000 }

/**
 * Serves an app over HTTP.
 * @param variable that sets its port
 * @throws an Error that says which port is taken, or why it cannot be opened
 */
export const listen = async (
  app: { fetch: (request: Request) => Response | Promise<Response> },
  { host, port }: Pick<Config, 'host' | 'port'>,
  variable = 'PORT',
): Promise<Listening> => {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: requestLimits,
    websocket: { server: new PushServer() },
  })
  observeServer(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${port} on ${host} is taken by another process; set ${variable} to a free one`)
          : error,
      ),
    )
    server.listen(port, host, resolve)
  })
  const { port: actual } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      // Kept-alive connections without a request would keep it open.
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      await closed
    },
  }
}
