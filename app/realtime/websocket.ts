import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocketData, WebSocketLike, WebSocketServerLike } from '@hono/node-server'
import { closePayload, FrameError, frameOf, opcodes, readFrame } from './frames.ts'

/** Milliseconds that the other side has to answer a close, or to take what is on its way. */
const closeLimitMs = 500

/** What tells a WebSocket handshake from anything else that answers 101 (RFC 6455, 1.3). */
const handshakeId = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

const states = { open: 1, closing: 2, closed: 3 } as const

interface SocketEvents {
  message: [data: WebSocketData, isBinary: boolean]
  close: [code: number, reason: Uint8Array]
  error: [error: unknown]
}

/** One connection by which we talk and the other side listens: what it says is read and dropped. No extensions. */
export class PushSocket extends EventEmitter<SocketEvents> implements WebSocketLike {
  readonly protocol = ''
  readyState: 1 | 2 | 3 = states.open
  readonly #socket: Duplex
  #unread: Buffer
  #closedWith = { code: 1006, reason: Buffer.alloc(0) }
  #heard = true

  constructor(socket: Duplex, head: Buffer) {
    super()
    this.#socket = socket
    this.#unread = head
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('end', () => socket.end())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.readyState = states.closed
      this.emit('close', this.#closedWith.code, this.#closedWith.reason)
    })
    if (head.length > 0) this.#read(Buffer.alloc(0))
  }

  /** Bytes that the other side has not taken yet. */
  get bufferedAmount(): number {
    return this.#socket.writableLength
  }

  /** @throws TypeError for anything but text */
  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (typeof data !== 'string') throw new TypeError('only text is sent here')
    if (this.readyState === states.open) this.#socket.write(frameOf(opcodes.text, Buffer.from(data)))
  }

  /** Asks whether the other side is still there. @returns false when it has said nothing since the last time */
  ping(): boolean {
    if (!this.#heard) return false
    this.#heard = false
    if (this.readyState === states.open) this.#socket.write(frameOf(opcodes.ping, Buffer.alloc(0)))
    return true
  }

  close(code = 1000, reason = ''): void {
    if (this.readyState !== states.open) return
    this.readyState = states.closing
    this.#closedWith = { code, reason: Buffer.from(reason) }
    this.#socket.end(frameOf(opcodes.close, closePayload(code, reason)))
    setTimeout(() => this.#socket.destroy(), closeLimitMs).unref()
  }

  /** Ends it without a word: for who does not read any more. */
  terminate(): void {
    this.readyState = states.closing
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    this.#heard = true
    if (this.readyState !== states.open) return
    this.#unread = Buffer.concat([this.#unread, chunk])
    try {
      for (let read = readFrame(this.#unread); read !== undefined; read = readFrame(this.#unread)) {
        this.#unread = read.rest
        if (read.frame.opcode === opcodes.ping) this.#socket.write(frameOf(opcodes.pong, read.frame.payload))
        if (read.frame.opcode !== opcodes.close) continue
        this.close(read.frame.payload.length >= 2 ? read.frame.payload.readUInt16BE(0) : 1000)
        return
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.close(error.code, error.message)
    }
  }
}

interface ServerEvents {
  connection: [socket: WebSocketLike, request: IncomingMessage]
  headers: [headers: string[]]
}

/** The part of a WebSocket server that `@hono/node-server` needs: the handshake. It only pushes; see `PushSocket`. */
export class PushServer extends EventEmitter<ServerEvents> implements WebSocketServerLike {
  readonly options = { noServer: true }

  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    callback: (socket: WebSocketLike) => void,
  ): void {
    const key = request.headers['sec-websocket-key']
    if (request.headers['sec-websocket-version'] !== '13') {
      refuse(socket, '426 Upgrade Required', 'Sec-WebSocket-Version: 13\r\n')
      return
    }
    if (key === undefined || !/^[+/\dA-Za-z]{22}==$/.test(key)) {
      refuse(socket, '400 Bad Request')
      return
    }
    const accept = createHash('sha1').update(`${key}${handshakeId}`).digest('base64')
    const headers = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
    ]
    this.emit('headers', headers)
    socket.write(`${headers.join('\r\n')}\r\n\r\n`)
    callback(new PushSocket(socket, head))
  }

  /** Connections are ended by those who hold them. */
  close(): void {
    this.removeAllListeners()
  }
}

const refuse = (socket: Duplex, status: string, headers = ''): void => {
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}
