import { Hono } from 'hono'
import { html } from 'hono/html'
import { type Html, page } from '../page.ts'
import { type MailMessage, readMessage } from './message.ts'

/** A message that was accepted. */
export interface Mail extends MailMessage {
  readonly id: number
  /** ISO 8601. */
  readonly receivedAt: string
  /** As the sender introduced itself, not as the headers say. */
  readonly from: string
  readonly to: readonly string[]
  /** Bytes. */
  readonly size: number
}

const kept = 200

/** Everybody's mailbox: what was sent to anybody, in memory, newest first. */
export class Mailbox {
  #mails: readonly Mail[] = []
  #lastId = 0

  add(envelope: { readonly from: string; readonly to: readonly string[] }, raw: Buffer, now = Date.now()): Mail {
    this.#lastId += 1
    const received = { id: this.#lastId, receivedAt: new Date(now).toISOString(), ...envelope, size: raw.length }
    const mail = { ...received, ...readMessage(raw) }
    this.#mails = [mail, ...this.#mails].slice(0, kept)
    return mail
  }

  get mails(): readonly Mail[] {
    return this.#mails
  }

  /** `GET /mailbox`, `GET /mailbox.json?to=`, `DELETE /mailbox`. */
  routes(): Hono {
    return new Hono()
      .get('/mailbox', (c) => c.html(mailboxPage(this.#mails)))
      .get('/mailbox.json', (c) => {
        const to = c.req.query('to')?.toLowerCase()
        return c.json(this.#mails.filter((mail) => to === undefined || mail.to.some((one) => one.toLowerCase() === to)))
      })
      .delete('/mailbox', (c) => {
        this.#mails = []
        return c.body(null, 204)
      })
  }
}

const mailboxPage = (mails: readonly Mail[]): Html =>
  page(
    'Mailbox',
    html`<header><h1>Mailbox</h1><span class="quiet">every e-mail that was sent, to whomever, newest first</span></header>
<main>
${mails.length === 0 ? html`<p class="card quiet">Nothing was sent yet.</p>` : ''}
${mails.map(
  ({ id, receivedAt, from, to, subject, text, html: rich, headers }) => html`<article class="card">
<div class="row"><h2>${subject || 'Without a subject'}</h2>
<span class="quiet end"><time datetime="${receivedAt}">${receivedAt.slice(0, 19).replace('T', ' ')} UTC</time></span></div>
<p class="quiet">from <strong>${from}</strong> to <strong>${to.join(', ')}</strong></p>
<p style="white-space: pre-wrap; overflow-wrap: anywhere">${text || rich}</p>
<details><summary class="quiet">headers (#${id})</summary>
${Object.entries(headers).map(([name, value]) => html`<p class="quiet"><code>${name}: ${value}</code></p>`)}</details>
</article>`,
)}
</main>`,
  )
