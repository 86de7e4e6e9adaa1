/** The sandbox as a process of its own: `node stack/sandbox/main.ts`. Its settings stand in `settings.ts`. */
import { serve } from '@hono/node-server'
import { createSandbox } from './sandbox.ts'
import { readSettings, secretsOf, targetOf } from './settings.ts'

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

const settings = (() => {
  try {
    return readSettings(process.env)
  } catch (error) {
    return fail(error)
  }
})()

const sandbox = await createSandbox({
  clientId: settings.SANDBOX_CLIENT_ID,
  clientSecret: settings.SANDBOX_CLIENT_SECRET,
  redirectUris: settings.SANDBOX_REDIRECT_URIS,
  publicUrl: settings.SANDBOX_URL,
  secrets: secretsOf(settings),
  webhookTarget: targetOf(settings),
})

const server = serve(
  { fetch: sandbox.fetch, hostname: settings.SANDBOX_HOST, port: settings.SANDBOX_PORT },
  ({ address, port }) => console.log(`sandbox ready on http://${address}:${port}`),
)
server.on('error', fail)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    // An answer that is being delayed on purpose is not waited for.
    server.close(() => process.exit(0))
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
