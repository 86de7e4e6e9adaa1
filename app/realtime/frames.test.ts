import { describe, expect, it } from 'vitest'
import { closePayload, FrameError, frameOf, readFrame } from './frames.ts'

/** The example of RFC 6455, 5.7: a masked text frame "Hello". */
const hello = Buffer.from([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58])

const codeOf = (bytes: readonly number[]): number | undefined => {
  try {
    readFrame(Buffer.from(bytes))
    return undefined
  } catch (error) {
    return error instanceof FrameError ? error.code : undefined
  }
}

describe('frames', () => {
  it('are written as the RFC’s example', () => {
    expect([...frameOf(0x1, Buffer.from('Hello'))]).toEqual([0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
    expect([...frameOf(0x1, Buffer.alloc(256)).subarray(0, 4)]).toEqual([0x81, 126, 1, 0])
    expect([...frameOf(0x1, Buffer.alloc(65_536)).subarray(0, 10)]).toEqual([0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0])
  })

  it('are read as the RFC’s example, one after the other, each once it is whole', () => {
    const read = readFrame(Buffer.concat([hello, hello.subarray(0, 3)]))
    expect(read?.frame).toEqual({ opcode: 0x1, payload: Buffer.from('Hello') })
    expect(read?.rest).toHaveLength(3)
    for (let length = 0; length < hello.length; length++) expect(readFrame(hello.subarray(0, length))).toBeUndefined()
  })

  it.each([
    ['not masked', [0x81, 0x05], 1002],
    ['with a reserved bit', [0xc1, 0x85], 1002],
    ['a fragmented ping', [0x09, 0x80], 1002],
    ['a long ping', [0x89, 0xfe], 1002],
    ['of 4,097 bytes', [0x81, 0xfe, 0x10, 0x01], 1009],
    ['of gigabytes', [0x81, 0xff], 1009],
  ])('%s is refused', (_, bytes, code) => {
    expect(codeOf(bytes)).toBe(code)
  })

  it('close with a code and a short reason', () => {
    expect([...closePayload(1001, 'bye')]).toEqual([0x03, 0xe9, 0x62, 0x79, 0x65])
    expect(closePayload(1001, 'x'.repeat(500))).toHaveLength(125)
  })
})
