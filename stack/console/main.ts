import { serve } from '@hono/node-server'
import { readPlace } from '../place.ts'
import { portOf } from '../ports.ts'
import { createConsole } from './app.ts'

const place = readPlace()
const port = Number(process.env.CONSOLE_PORT) || portOf(place, 'console')

const server = serve({ fetch: createConsole(place).fetch, port, hostname: '127.0.0.1' }, () => {
  console.log(`console at http://127.0.0.1:${port}`)
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close()
    // Browsers keep connections open between refreshes.
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
