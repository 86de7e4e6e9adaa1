import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { enrichment } from './enrichment.ts'
import { Faults } from './faults.ts'
import { Inbox } from './inbox.ts'
import { indexPage } from './index-page.ts'
import { Mailbox } from './mail/mailbox.ts'
import { type OauthOptions, oauth } from './oauth.ts'
import { onError, problem } from './problem.ts'
import { aloware, type Sms } from './providers/aloware.ts'
import { billy } from './providers/billy.ts'
import { ghl } from './providers/ghl.ts'
import { gmail } from './providers/gmail.ts'
import { mailbox } from './providers/gmail-messages.ts'
import { googleCalendar } from './providers/google-calendar.ts'
import { google } from './providers/google-token.ts'
import { hubspot } from './providers/hubspot.ts'
import { addTouch, type ProviderApp } from './providers/provider.ts'
import { salesforce } from './providers/salesforce.ts'
import { type Broadcast, verity } from './providers/verity.ts'
import { developmentSecrets, type Secrets } from './secrets.ts'
import type { Happening } from './webhooks/event.ts'
import type { Target } from './webhooks/sender.ts'
import { type Webhooks, webhooks } from './webhooks/webhooks.ts'

/** A notification of a hundred alerts has some 200 kB. */
const largestBody = 1024 * 1024

export interface SandboxOptions extends OauthOptions {
  readonly faults?: Faults
  readonly mailbox?: Mailbox
  readonly inbox?: Inbox
  /** Makes every data set at once, so that no caller waits for it; otherwise each when it is first asked for. */
  readonly isPrepared?: boolean
  /** What differs from `developmentSecrets`. */
  readonly secrets?: Partial<Secrets>
  /** Where webhooks go; nowhere when there is none. */
  readonly webhookTarget?: Target | undefined
  /** How webhooks are posted, for tests. */
  readonly fetch?: typeof fetch
  /** Milliseconds before a webhook's first retry, for tests. */
  readonly backoffMs?: number
}

/** How long the outside world takes to deliver a text message. */
const deliveryMs = 300

/** The outside world: each provider behind its own fault, the inbox behind none. */
export async function createSandbox(options: SandboxOptions): Promise<Hono> {
  const { faults = new Faults(), mailbox: mails = new Mailbox(), clientId, now = Date.now } = options
  const { inbox = new Inbox({ now }) } = options
  const secrets = { ...developmentSecrets, ...options.secrets }
  const googleApis = google({
    clientId,
    clientSecret: secrets.googleSecret,
    refreshToken: secrets.googleRefreshToken,
    now,
  })
  const { isAccessToken } = googleApis
  const mail = gmail({
    isAccessToken,
    now,
    onArrival: (traceparent) => report([{ source: 'gmail', contactKey: mailbox, traceparent }]),
  })
  const { app: webhookApp, report }: Webhooks = webhooks({
    faults,
    secrets,
    now,
    pushToken: googleApis.pushToken,
    historyId: mail.historyId,
    target: options.webhookTarget,
    ...(options.fetch && { fetch: options.fetch }),
    ...(options.backoffMs !== undefined && { backoffMs: options.backoffMs }),
  })
  const providers: readonly ProviderApp[] = [
    mail,
    googleCalendar({ isAccessToken, now }),
    billy({ token: secrets.billyToken, now }),
    ghl({ key: secrets.ghlKey, now }),
    aloware({ token: secrets.alowareToken, now, onSms: (sms) => report([outcomeOf(sms)], deliveryMs) }),
    verity({ key: secrets.verityKey, now, onBroadcast: (one) => report(outcomesOf(one), deliveryMs) }),
    salesforce({ clientId, clientSecret: secrets.salesforceSecret, now }),
    hubspot({ token: secrets.hubspotToken, now }),
  ]

  if (options.isPrepared) for (const set of providers.flatMap(({ sets }) => sets)) set.prepare()

  const app = new Hono()
  app.onError(onError)
  app.notFound((c) => problem(c, 404, 'not_found', `The sandbox has no ${c.req.method} ${c.req.path}.`))
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        scriptSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ['data:'],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
      // It is served over plain HTTP, on one machine.
      strictTransportSecurity: false,
    }),
  )
  app.use(
    bodyLimit({
      maxSize: largestBody,
      onError: (c) => problem(c, 413, 'too_large', `A body may have at most ${largestBody} bytes.`),
    }),
  )

  app.get('/', (c) => c.html(indexPage(providers)))
  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.route('/faults', faults.routes())
  app.use('/oauth/*', faults.middleware('oauth'))
  app.route('/oauth', await oauth(options))
  app.use('/enrichment/*', faults.middleware('enrichment'))
  app.route('/enrichment', enrichment())
  app.use('/google/token', faults.middleware('google-token'))
  app.route('/google/token', googleApis.token)
  app.route('/google/certs', googleApis.certs)
  for (const { name, path, app: provider } of providers) {
    app.use(`${path}/*`, faults.middleware(name))
    app.route(path, provider)
  }
  const control = new Hono()
  control.route('/gmail/messages', mail.arrivals)
  control.route('/webhooks', webhookApp)
  addTouch(control, providers)
  app.route('/sandbox', control)
  app.route('/', mails.routes())
  app.route('/', inbox.routes())
  return app
}

const outcomeOf = ({ contactId, externalId, willArrive }: Sms): Happening => ({
  source: 'aloware',
  contactKey: contactId,
  type: willArrive ? 'sms-delivered' : 'sms-failed',
  data: { external_id: externalId },
})

/** Each recipient's message is sent, and then arrives or does not. */
const outcomesOf = ({ id, recipients }: Broadcast): Happening[] =>
  recipients.flatMap((recipient) =>
    ['broadcast.sent', recipient.willArrive ? 'broadcast.delivered' : 'broadcast.failed'].map((type) => ({
      source: 'verity',
      contactKey: recipient.id,
      type,
      data: { broadcastId: id },
    })),
  )
