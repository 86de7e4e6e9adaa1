import { serve } from '@hono/node-server'
import { readPlace } from '../place.ts'
import { portOf } from '../ports.ts'
import { createConsole } from './app.ts'

const place = readPlace()
const port = Number(process.env.CONSOLE_PORT) || portOf(place, 'console')

// In a container it must be reachable from outside of it, and the container's port is published on 127.0.0.1 only.
const hostname = process.env.CONSOLE_HOST || '127.0.0.1'

const server = serve({ fetch: createConsole(place).fetch, port, hostname }, () => {
  console.log(`console at http://${hostname}:${port}`)
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close()
    // Browsers keep connections open between refreshes.
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
