/** WebSocket frames (RFC 6455, 5.2), as far as a server needs them that sends text and reads nothing but control frames. */

export const opcodes = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const

export interface Frame {
  readonly opcode: number
  readonly payload: Buffer
}

/** What a client may not send. `code` is the close code that tells it so. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
  readonly code: 1002 | 1009

  constructor(code: FrameError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Bytes of a client's frame: nobody listens to what it says, so a few are enough for any greeting. */
const longestPayload = 4_096

const masked = 0x80
const final = 0x80

/** One unfragmented, unmasked frame: what a server sends. */
export const frameOf = (opcode: number, payload: Buffer): Buffer => {
  const { length } = payload
  const head =
    length < 126
      ? Buffer.from([final | opcode, length])
      : length < 65_536
        ? Buffer.from([final | opcode, 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([final | opcode, 127, 0, 0, 0, 0]), uint32(length)])
  return Buffer.concat([head, payload])
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/**
 * The first frame of what a client has sent so far, unmasked, and the bytes after it; undefined until it is whole.
 * @throws FrameError when it breaks the protocol, or is larger than anybody needs
 */
export const readFrame = (bytes: Buffer): { frame: Frame; rest: Buffer } | undefined => {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  const opcode = first & 0x0f
  if ((first & 0x70) !== 0) throw new FrameError(1002, 'reserved bits are set; no extension was agreed upon')
  if ((second & masked) === 0) throw new FrameError(1002, 'a client must mask its frames')
  const short = second & 0x7f
  const isControl = opcode >= 0x8
  if (isControl && (short > 125 || (first & final) === 0))
    throw new FrameError(1002, 'a control frame is short and not fragmented')
  if (short === 127) throw new FrameError(1009, 'the frame is too large')
  const maskAt = short === 126 ? 4 : 2
  if (bytes.length < maskAt) return undefined
  const length = short === 126 ? bytes.readUInt16BE(2) : short
  if (length > longestPayload) throw new FrameError(1009, 'the frame is too large')
  const end = maskAt + 4 + length
  if (bytes.length < end) return undefined
  const mask = bytes.subarray(maskAt, maskAt + 4)
  const payload = Buffer.from(bytes.subarray(maskAt + 4, end))
  for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0)
  return { frame: { opcode, payload }, rest: bytes.subarray(end) }
}

/** The payload of a close frame. */
export const closePayload = (code: number, reason: string): Buffer =>
  Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason).subarray(0, 123)])
