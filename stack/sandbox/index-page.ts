import { html } from 'hono/html'
import { page } from './page.ts'
import type { ProviderApp } from './providers/provider.ts'
import { sources } from './webhooks/event.ts'

const about: Readonly<Record<string, string>> = {
  gmail: 'a mailbox of 3,000 messages, with its history',
  'google-calendar': '500 events in the calendar "primary"',
  billy: '2,000 invoices',
  ghl: '5,000 contacts',
  aloware: '1,000 communications; text messages to numbers that end in 0000 fail',
  verity: '120 broadcasts and 1,000 contacts; what goes to recipients that end in 0000 fails',
  salesforce: '2,500 contacts and 1,200 opportunities',
  hubspot: '2,500 contacts and 1,200 deals',
}

const card = (href: string, name: string, text: string, more: unknown = '') =>
  html`<p class="card"><a href="${href}">${name}</a><br><span class="quiet">${text}${more}</span></p>`

/** What there is, with a line to try each. */
export const indexPage = (providers: readonly ProviderApp[]) =>
  page(
    'Sandbox',
    html`<main>
<h1>Sandbox</h1>
<p>Stands in for the outside world, so that everything can be tried on one machine.</p>
${card('/inbox', 'Inbox', 'what Alertmanager told whom, and when; for programs: ', html`<a href="/inbox.json">/inbox.json</a>`)}
${card('/mailbox', 'Mailbox', 'every e-mail that was sent by SMTP; for programs: ', html`<a href="/mailbox.json">/mailbox.json</a>; bounce@… is refused with 550, later@… with 451`)}
${card('/oauth/.well-known/openid-configuration', 'Sign-in provider', 'OpenID Connect: authorization code with PKCE')}
${card('/enrichment/companies?domain=north-sea.example', 'Enrichment', 'what is known of a company, by its domain')}
${card('/google/certs', 'Google', 'keys of what it signs; access tokens for a refresh token: ', html`<code>POST /google/token</code>`)}
<div class="card"><h2>Providers</h2>
<p class="quiet">Each wants its credential, and has a data set that is the same at each start. What is written stays in memory.
<code>curl -X POST -H 'content-type: application/json' -d '{"count":10}' http://127.0.0.1:4000/sandbox/gmail/touch</code> changes records, so that there is something to synchronise.</p>
<ul>${providers.map(({ name, path }) => html`<li>${name} <code>${path}</code> <span class="quiet">${about[name] ?? ''}</span></li>`)}</ul></div>
<p class="card"><a href="/sandbox/webhooks/log">Webhooks</a><br><span class="quiet">sent as each provider signs them, until they are accepted, to <a href="/sandbox/webhooks/target">/sandbox/webhooks/target</a>.
<code>curl -X POST -H 'content-type: application/json' -d '{"source":"ghl","count":10,"spread":5}' http://127.0.0.1:4000/sandbox/webhooks/send</code>; also <code>type</code>, <code>contact</code>, <code>data</code>, <code>ratePerSecond</code>, <code>wait</code>. Sources: ${sources.join(', ')}</span></p>
<p class="card"><a href="/faults">Faults</a><br><span class="quiet">what fails on purpose. <code>curl -X PUT -H 'content-type: application/json' -d '{"status":503,"share":0.5}' http://127.0.0.1:4000/faults/enrichment</code>,
and <code>-X DELETE</code> to end it; also <code>delayMs</code>, <code>rateLimit: { retryAfterSeconds }</code>, <code>refuse: true</code>, <code>malformed: true</code> and <code>webhooks: { duplicateShare, outOfOrder }</code></span></p>
</main>`,
  )
