import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import type { Faults } from '../faults.ts'

export interface MailServerOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Without them nothing fails on purpose. */
  readonly faults?: Faults
  readonly mailbox: {
    add: (envelope: { readonly from: string; readonly to: readonly string[] }, raw: Buffer) => { readonly id: number }
  }
}

export interface MailServer {
  /** `127.0.0.1:4025` */
  readonly address: string
  readonly stop: () => Promise<void>
}

/** A message of an offer with some pictures; larger ones are refused. */
const largest = 256 * 1024

/** Receives e-mail for everybody, and sends none on. `bounce@…` does not exist, `later@…` is full for now. */
export async function startMailServer({ host, port, faults, mailbox }: MailServerOptions): Promise<MailServer> {
  const server = new SMTPServer({
    name: 'sandbox',
    banner: 'every message ends here',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largest,
    closeTimeout: 100,
    logger: false,
    onMailFrom: (_address, _session, done) => {
      void faultOf(faults).then(done)
    },
    onRcptTo: ({ address }, _session, done) => done(refusalOf(address)),
    onData: (stream, { envelope }, done) => {
      void read(stream).then((raw) => {
        if (!raw) return done(reply(552, 'The message is too large'))
        const { mailFrom, rcptTo } = envelope
        const to = rcptTo.map(({ address }) => address)
        const { id } = mailbox.add({ from: mailFrom ? mailFrom.address : '', to }, raw)
        done(null, `Kept as ${id}`)
      }, done)
    },
  })
  // A client that goes away in the middle is no failure of ours.
  server.on('error', () => undefined)
  server.server.prependListener('connection', (socket: Socket) => {
    if (faults?.list().smtp?.refuse && faults.next('smtp')) socket.resetAndDestroy()
  })
  const net = server.listen(port, host)
  // Fails where the port is taken.
  await once(net, 'listening')
  const { address, port: bound } = net.address() as AddressInfo
  return { address: `${address}:${bound}`, stop: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** What goes wrong with this message on purpose: a delay, a reply that is no 250. */
async function faultOf(faults: Faults | undefined): Promise<Error | null> {
  if (!faults || faults.list().smtp?.refuse) return null
  const fault = faults.next('smtp')
  if (fault?.delayMs) await wait(fault.delayMs)
  return fault?.status === undefined ? null : reply(fault.status, 'This fails on purpose')
}

function refusalOf(address: string): Error | null {
  if (/^bounce@/i.test(address)) return reply(550, 'Mailbox unavailable: nobody here is called so')
  if (/^later@/i.test(address)) return reply(451, 'The mailbox is busy, try again later')
  return null
}

const reply = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode })

/** The whole message; undefined when it is too large. */
async function read(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    size += (chunk as Buffer).length
    if (size <= largest) chunks.push(chunk as Buffer)
  }
  return size > largest || stream.sizeExceeded ? undefined : Buffer.concat(chunks)
}
