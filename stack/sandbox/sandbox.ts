import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { enrichment } from './enrichment.ts'
import { Faults } from './faults.ts'
import { inbox } from './inbox.ts'
import { indexPage } from './index-page.ts'
import { type OauthOptions, oauth } from './oauth.ts'
import { onError, problem } from './problem.ts'
import { aloware } from './providers/aloware.ts'
import { billy } from './providers/billy.ts'
import { ghl } from './providers/ghl.ts'
import { gmail } from './providers/gmail.ts'
import { googleCalendar } from './providers/google-calendar.ts'
import { google } from './providers/google-token.ts'
import { hubspot } from './providers/hubspot.ts'
import { addTouch, type ProviderApp } from './providers/provider.ts'
import { salesforce } from './providers/salesforce.ts'
import { verity } from './providers/verity.ts'
import { developmentSecrets, type Secrets } from './secrets.ts'

/** A notification of a hundred alerts has some 200 kB. */
const largestBody = 1024 * 1024

export interface SandboxOptions extends OauthOptions {
  readonly faults?: Faults
  /** What differs from `developmentSecrets`. */
  readonly secrets?: Partial<Secrets>
}

/** The outside world: each provider behind its own fault, the inbox behind none. */
export async function createSandbox(options: SandboxOptions): Promise<Hono> {
  const { faults = new Faults(), clientId, now = Date.now } = options
  const secrets = { ...developmentSecrets, ...options.secrets }
  const googleApis = google({
    clientId,
    clientSecret: secrets.googleSecret,
    refreshToken: secrets.googleRefreshToken,
    now,
  })
  const { isAccessToken } = googleApis
  const mail = gmail({ isAccessToken, now })
  const providers: readonly ProviderApp[] = [
    mail,
    googleCalendar({ isAccessToken, now }),
    billy({ token: secrets.billyToken, now }),
    ghl({ key: secrets.ghlKey, now }),
    aloware({ token: secrets.alowareToken, now }),
    verity({ key: secrets.verityKey, now }),
    salesforce({ clientId, clientSecret: secrets.salesforceSecret, now }),
    hubspot({ token: secrets.hubspotToken, now }),
  ]

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
  addTouch(control, providers)
  app.route('/sandbox', control)
  app.route('/', inbox({ ...(options.now && { now: options.now }) }))
  return app
}
