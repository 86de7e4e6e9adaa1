import { deflateSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { chromiumOnPath } from './chromium.ts'
import { decode, withFewColours } from './small-png.ts'

/** Two by two pixels, RGB, one line for each of two filters: red and green; then, as a difference to what stands above, the same. */
const lines = Buffer.from([0, 248, 0, 0, 0, 248, 0, 2, 0, 0, 0, 0, 0, 0])
const chunk = (type: string, body: Buffer) => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, Buffer.from(type), body, Buffer.alloc(4)])
}
const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0])
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const png = Buffer.concat([
  signature,
  chunk('IHDR', header),
  chunk('IDAT', deflateSync(lines)),
  chunk('IEND', Buffer.alloc(0)),
])

test('pixels are read line by line', () => {
  expect(decode(png)).toEqual({
    width: 2,
    height: 2,
    rgb: Uint8Array.from([248, 0, 0, 0, 248, 0, 248, 0, 0, 0, 248, 0]),
  })
})

test('what is no such picture is refused', () => {
  expect(() => decode(Buffer.from('GIF89a..'))).toThrow('not a PNG')
  expect(() => withFewColours(withFewColours(png))).toThrow('not an 8-bit RGB or RGBA picture')
})

test('a browser shows the smaller picture with the same colours', async (context) => {
  const executablePath = await chromiumOnPath()
  if (!executablePath) return context.skip('chromium is not on PATH: install Debian’s package chromium')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage({ viewport: { width: 64, height: 64 } })
    const markup = 'background: linear-gradient(to right, #f00 50%, #08f 50%)'
    await page.setContent(`<body style="margin: 0; height: 64px; ${markup}"></body>`)
    const before = await page.screenshot()
    const small = withFewColours(before).toString('base64')
    await page.setContent(`<body style="margin: 0"><img src="data:image/png;base64,${small}"></body>`)
    expect(decode(await page.screenshot()).rgb).toEqual(decode(before).rgb)
  } finally {
    await browser.close()
  }
})
