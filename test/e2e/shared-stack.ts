/**
 * One running stack with its traffic for all tests that only look at one, or that break it in an order that is stated
 * (`file-order.ts`). Vitest's main process owns it, because each file of tests runs in a process of its own; they ask for it by
 * HTTP, and the first to ask starts it.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import type { Place } from '../../stack/place.ts'
import { Launcher, leftRunning, ownPlace } from './launcher.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the shared stack is asked for. */
    sharedStack: string
  }
}

/** What is answered: `GET /` starts the stack where none runs, `DELETE /` stops it. */
export type SharedStack =
  | { readonly state: 'starting' }
  | { readonly state: 'ready'; readonly place: Place; readonly startedAt: number }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'stopped'; readonly code: number | null; readonly left: readonly string[]; readonly place: Place }

/** As long as all servers take to be built from nothing on two busy cores. */
const firstStartMs = 30 * 60_000

class Owner {
  #state: SharedStack | undefined
  #launcher: Launcher | undefined
  #place: Awaited<ReturnType<typeof ownPlace>> | undefined

  state(): SharedStack {
    if (this.#state === undefined) {
      this.#state = { state: 'starting' }
      void this.#start().catch((error: Error) => {
        this.#state = { state: 'failed', reason: error.message }
      })
    }
    return this.#state
  }

  async #start(): Promise<void> {
    const place = await ownPlace()
    this.#place = place
    this.#launcher = new Launcher(place)
    await this.#launcher.says(/Ctrl-C stops it/, firstStartMs)
    const { offset, data, run } = place
    this.#state = { state: 'ready', place: { offset, data, run }, startedAt: Date.now() }
  }

  /** Its data stays, to be looked at, until `remove`. */
  async stop(): Promise<SharedStack | undefined> {
    if (!this.#launcher || !this.#place || this.#state?.state === 'stopped') return this.#state
    const { code } = await this.#launcher.stop()
    const { offset, data, run } = this.#place
    this.#state = { state: 'stopped', code, left: leftRunning(this.#place), place: { offset, data, run } }
    return this.#state
  }

  async remove(): Promise<void> {
    await this.stop()
    await this.#place?.remove()
  }
}

/** Before the tests: listens, and starts nothing. @returns what stops the stack, whatever became of the tests */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const owner = new Owner()
  const server = createServer(async (request, response) => {
    const answer = request.method === 'DELETE' ? await owner.stop() : owner.state()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  project.provide('sharedStack', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return async () => {
    await owner.remove()
    await close(server)
  }
}

const close = (server: Server): Promise<void> => {
  server.closeAllConnections()
  return new Promise((done) => {
    server.close(() => done())
  })
}
