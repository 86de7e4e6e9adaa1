import type { Line } from '../../realtime/hub.ts'
import type { PushSocket } from '../../realtime/websocket.ts'

/** Bytes that may wait for a slow reader: some hundred events. */
const longestBacklog = 64 * 1024

/** Milliseconds after which a browser that lost its stream comes back. */
const comeBackMs = 3_000

/**
 * The body of an event stream. It begins at once, so that the browser knows it is connected.
 * @param cut ends the connection, whatever still waits to be sent
 * @param begin is given the line, and returns what to call when the reader is gone
 */
export const eventStream = (cut: () => void, begin: (line: Line) => () => void): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  let leave = (): void => {}
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let open = true
        const write = (text: string): boolean => {
          if (!open || (controller.desiredSize ?? 0) <= 0) return false
          controller.enqueue(encoder.encode(text))
          return true
        }
        const close = (): void => {
          if (open) controller.close()
          open = false
        }
        write(`retry: ${comeBackMs}\n\n`)
        // Without an id a browser would not say, when it comes back, that it was here before.
        let last = 0
        const gone = begin({
          type: 'sse',
          send: (message) => write(`id: ${++last}\ndata: ${message}\n\n`),
          keepAlive: () => write(': still here\n\n'),
          close,
          drop: () => {
            close()
            cut()
          },
        })
        leave = () => {
          open = false
          gone()
        }
      },
      cancel: () => leave(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: longestBacklog }),
  )
}

/** A WebSocket as a line. */
export const socketLine = (socket: PushSocket): Line => ({
  type: 'websocket',
  send: (message) => {
    if (socket.readyState !== 1 || socket.bufferedAmount > longestBacklog) return false
    socket.send(message)
    return true
  },
  keepAlive: () => socket.ping(),
  close: () => socket.close(1001, 'come back later'),
  drop: () => socket.terminate(),
})
