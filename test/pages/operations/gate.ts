import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be shut: what a network between the page and the service may do. */
export interface Gate {
  readonly url: string
  /** Ends every connection and takes no new ones. */
  readonly shut: () => void
  readonly open: () => void
  readonly stop: () => Promise<void>
}

export const startGate = async (to: string): Promise<Gate> => {
  const { port } = new URL(to)
  const sockets = new Set<Socket>()
  let isShut = false
  const server = createServer((incoming) => {
    if (isShut) return incoming.destroy()
    const outgoing = connect(Number(port), '127.0.0.1')
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const end = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut: () => {
      isShut = true
      end()
    },
    open: () => {
      isShut = false
    },
    stop: async () => {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
      end()
      await stopped
    },
  }
}
