import { randomUUID } from 'node:crypto'
import { signIn } from '../../../stack/load/sign-in.ts'
import type { Place } from '../../../stack/place.ts'
import { urlOf } from '../../../stack/ports.ts'

const json = { 'content-type': 'application/json' }

/** Whoever brings the canaries in: signed in as a user, with an operator's keys at hand. */
export class Visitor {
  readonly place: Place
  /** A contact with an address and a phone number, in the visitor's workspace. */
  contactId = ''
  #cookie = ''

  constructor(place: Place) {
    this.place = place
  }

  async signIn(): Promise<void> {
    this.#cookie = (
      await signIn(urlOf(this.place, 'api'), 'anna@crm.example', (url, init) =>
        fetch(url, init).catch(() => fetch(url, init)),
      )
    ).header
    const contact = { name: 'Canary', email: `${randomUUID()}@crm.example`, phone: '+45 70 10 20 30' }
    this.contactId = await this.create('/api/contacts', contact)
  }

  get cookie(): string {
    return this.#cookie
  }

  readonly operator = { authorization: 'Bearer development-admin-secret' }

  /** @throws an Error when the answer has another status: then the canary has not been where it should have been */
  async send(url: string, init: RequestInit, expected: readonly number[]): Promise<Response> {
    const ask = () => fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(20_000) })
    // A connection that its server closed while we took it up.
    const response = await ask().catch(ask)
    const body = await response.text()
    if (!expected.includes(response.status))
      throw new Error(`${init.method ?? 'GET'} ${url} answered ${response.status} where ${expected} was due: ${body}`)
    return new Response(body || null, { status: response.status === 204 ? 200 : response.status })
  }

  /** Without a session. */
  async ask(path: string, expected: readonly number[], init: RequestInit = {}): Promise<Response> {
    return await this.send(urlOf(this.place, 'api') + path, init, expected)
  }

  /** With the session. */
  async askAsUser(path: string, expected: readonly number[], init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('cookie', this.#cookie)
    return await this.ask(path, expected, { ...init, headers })
  }

  async post(path: string, body: unknown, expected: readonly number[], headers = {}): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return await this.askAsUser(path, expected, { method: 'POST', headers: { ...json, ...headers }, body: text })
  }

  /** @returns the new thing's id */
  async create(path: string, body: unknown): Promise<string> {
    return ((await (await this.post(path, body, [200, 201, 202])).json()) as { id: string }).id
  }

  /** Something of the sandbox's. */
  async sandbox(method: string, path: string, body: unknown, expected: readonly number[]): Promise<Response> {
    const init = { method, headers: json, ...(body !== undefined && { body: JSON.stringify(body) }) }
    return await this.send(urlOf(this.place, 'sandbox') + path, init, expected)
  }
}
