import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type pg from 'pg'

/** What pg's connection offers to a query of its own making; its types leave out COPY. */
interface Connection {
  readonly stream: Writable & Readable
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

type Done = (error: Error | undefined, rows: number) => void

/** The events of a COPY as pg's client reports them to its running query. */
abstract class Copy {
  readonly #text: string
  readonly #done: Done
  #rows = 0
  protected failed = false

  constructor(text: string, done: Done) {
    this.#text = text
    this.#done = done
  }

  submit(connection: Connection): void {
    connection.query(this.#text)
  }
  handleCommandComplete({ text }: { text: string }): void {
    this.#rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0)
  }
  handleReadyForQuery({ stream }: Connection): void {
    // A sink that is ended says no more that it has room.
    stream.resume()
    if (!this.failed) this.#done(undefined, this.#rows)
  }
  handleError(error: Error): void {
    if (this.failed) return
    this.failed = true
    this.#done(error, 0)
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
}

class CopyOut extends Copy {
  readonly #sink: Writable
  #isWaiting = false

  constructor(text: string, sink: Writable, done: Done) {
    super(text, done)
    this.#sink = sink
  }

  handleCopyData({ chunk }: { chunk: Buffer }, { stream }: Connection): void {
    // The parser uses its memory again.
    if (this.#sink.write(Buffer.from(chunk)) || this.#isWaiting) return
    this.#isWaiting = true
    stream.pause()
    this.#sink.once('drain', () => {
      this.#isWaiting = false
      stream.resume()
    })
  }
}

class CopyIn extends Copy {
  readonly #open: () => Readable

  constructor(text: string, open: () => Readable, done: Done) {
    super(text, done)
    this.#open = open
  }

  handleCopyInResponse(connection: Connection): void {
    this.#send(connection).then(
      () => connection.endCopyFrom(),
      (error: Error) => {
        if (!this.failed) connection.sendCopyFail(error.message)
      },
    )
  }

  async #send(connection: Connection): Promise<void> {
    for await (const chunk of this.#open()) {
      if (this.failed) throw new Error('the server refused')
      connection.sendCopyFromChunk(chunk as Buffer)
      if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain')
    }
  }
}

/** Runs `copy … to stdout` into a sink, which is left open. @returns the number of rows */
export const copyTo = (client: pg.Client, text: string, sink: Writable): Promise<number> =>
  new Promise((resolve, reject) => {
    client.query(new CopyOut(text, sink, (error, rows) => (error ? reject(error) : resolve(rows))) as never)
  })

/** Runs `copy … from stdin` from a source, opened when the server is ready for it. @returns the number of rows */
export const copyFrom = (client: pg.Client, text: string, open: () => Readable): Promise<number> =>
  new Promise((resolve, reject) => {
    client.query(new CopyIn(text, open, (error, rows) => (error ? reject(error) : resolve(rows))) as never)
  })
