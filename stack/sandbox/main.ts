/** The sandbox as a process of its own: `node stack/sandbox/main.ts`. Its settings stand in `settings.ts`. */
import { serve } from '@hono/node-server'
import { Faults } from './faults.ts'
import { Inbox } from './inbox.ts'
import { Mailbox } from './mail/mailbox.ts'
import { startMailServer } from './mail/server.ts'
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

const faults = new Faults()
const mailbox = new Mailbox()
const inbox = new Inbox({ heartbeatLimitMs: settings.SANDBOX_HEARTBEAT_LIMIT_SECONDS * 1_000 })
const sandbox = await createSandbox({
  faults,
  mailbox,
  inbox,
  isPrepared: true,
  clientId: settings.SANDBOX_CLIENT_ID,
  clientSecret: settings.SANDBOX_CLIENT_SECRET,
  redirectUris: settings.SANDBOX_REDIRECT_URIS,
  publicUrl: settings.SANDBOX_URL,
  secrets: secretsOf(settings),
  webhookTarget: targetOf(settings),
})

const mail = await startMailServer({
  host: settings.SANDBOX_HOST,
  port: settings.SANDBOX_SMTP_PORT,
  faults,
  mailbox,
}).catch(fail)
// Apart from the service's own e-mail, which can be made to fail.
const alertMail =
  settings.SANDBOX_ALERT_SMTP_PORT === undefined
    ? undefined
    : await startMailServer({
        host: settings.SANDBOX_HOST,
        port: settings.SANDBOX_ALERT_SMTP_PORT,
        mailbox: { add: (envelope, raw) => inbox.addMail(envelope, raw) },
      }).catch(fail)

const server = serve(
  { fetch: sandbox.fetch, hostname: settings.SANDBOX_HOST, port: settings.SANDBOX_PORT },
  ({ address, port }) =>
    console.log(
      `sandbox ready on http://${address}:${port} smtp ${mail.address}${alertMail ? ` alerts ${alertMail.address}` : ''}`,
    ),
)
server.on('error', fail)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void mail.stop()
    void alertMail?.stop()
    // An answer that is being delayed on purpose is not waited for.
    server.close(() => process.exit(0))
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
