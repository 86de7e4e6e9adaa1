import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { html } from 'hono/html'
import { secureHeaders } from 'hono/secure-headers'
import { enrichment } from './enrichment.ts'
import { Faults } from './faults.ts'
import { inbox } from './inbox.ts'
import { type OauthOptions, oauth } from './oauth.ts'
import { page } from './page.ts'
import { onError, problem } from './problem.ts'

/** A notification of a hundred alerts has some 200 kB. */
const largestBody = 1024 * 1024

/** The outside world: each provider behind its own fault, the inbox behind none. */
export async function createSandbox(options: OauthOptions): Promise<Hono> {
  const faults = new Faults()
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

  app.get('/', (c) => c.html(index))
  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.route('/faults', faults.routes())
  app.use('/oauth/*', faults.middleware('oauth'))
  app.route('/oauth', await oauth(options))
  app.use('/enrichment/*', faults.middleware('enrichment'))
  app.route('/enrichment', enrichment())
  app.route('/', inbox({ ...(options.now && { now: options.now }) }))
  return app
}

const index = page(
  'Sandbox',
  html`<main>
<h1>Sandbox</h1>
<p>Stands in for the outside world, so that everything can be tried on one machine.</p>
<p class="card"><a href="/inbox">Inbox</a><br><span class="quiet">what Alertmanager told whom, and when; for programs: <a href="/inbox.json">/inbox.json</a></span></p>
<p class="card"><a href="/oauth/.well-known/openid-configuration">Sign-in provider</a><br><span class="quiet">OpenID Connect: authorization code with PKCE</span></p>
<p class="card"><a href="/enrichment/companies?domain=north-sea.example">Enrichment</a><br><span class="quiet">what is known of a company, by its domain</span></p>
<p class="card"><a href="/faults">Faults</a><br><span class="quiet">what fails on purpose. <code>curl -X PUT -H 'content-type: application/json' -d '{"status":503,"share":0.5}' http://127.0.0.1:4000/faults/enrichment</code>,
and <code>-X DELETE</code> to end it; also <code>delayMs</code> and <code>rateLimit: { retryAfterSeconds }</code>, on <code>oauth</code> too</span></p>
</main>`,
)
