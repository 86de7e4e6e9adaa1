import { crc32, deflateSync, inflateSync } from 'node:zlib'

interface Image {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel. */
  readonly rgb: Uint8Array
}

/**
 * The same picture with at most 256 colours, which a screenshot of a dashboard hardly shows and which makes its file several
 * times smaller. Takes what Chromium writes: 8 bits, RGB or RGBA (on opaque ground), not interlaced. @throws on anything else
 */
export const withFewColours = (png: Buffer): Buffer => encode(decode(png))

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export function decode(png: Buffer): Image {
  if (!png.subarray(0, 8).equals(signature)) throw new Error('not a PNG')
  const parts: Buffer[] = []
  let header = png.subarray(0, 0)
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const body = png.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') header = body
    if (type === 'IDAT') parts.push(body)
    at += 12 + length
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const channels = { 2: 3, 6: 4 }[header[9] ?? -1]
  if (header[8] !== 8 || !channels || header[12] !== 0) throw new Error('not an 8-bit RGB or RGBA picture')
  const lines = inflateSync(Buffer.concat(parts))
  const stride = width * channels
  const rgb = new Uint8Array(width * height * 3)
  let above = new Uint8Array(stride)
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1)
    const line = Uint8Array.from(lines.subarray(start + 1, start + 1 + stride))
    unfilter(lines[start] ?? 0, line, above, channels)
    for (let x = 0; x < width; x++) rgb.set(line.subarray(x * channels, x * channels + 3), (y * width + x) * 3)
    above = line
  }
  return { width, height, rgb }
}

/** https://www.w3.org/TR/png-3/#9Filters */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, channels: number): void {
  if (filter === 0) return
  for (let x = 0; x < line.length; x++) {
    const left = line[x - channels] ?? 0
    const up = above[x] ?? 0
    const corner = x < channels ? 0 : (above[x - channels] ?? 0)
    const guess = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : paeth(left, up, corner)
    line[x] = (line[x] ?? 0) + guess
  }
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [left, up, corner].map((each) => Math.abs(left + up - corner - each)) as [number, number, number]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** The most frequent colours, coarse to five bits a channel, each by the mean of what falls into it; the rest takes the nearest. */
function paletteOf({ rgb }: Image): { palette: Uint8Array; indexOf: Uint8Array } {
  const sums = new Float64Array(32_768 * 4)
  for (let at = 0; at < rgb.length; at += 3) {
    const bin = binOf(rgb, at) * 4
    for (let channel = 0; channel < 3; channel++)
      sums[bin + channel] = (sums[bin + channel] ?? 0) + (rgb[at + channel] ?? 0)
    sums[bin + 3] = (sums[bin + 3] ?? 0) + 1
  }
  const count = (bin: number) => sums[bin * 4 + 3] ?? 0
  const mean = (bin: number) => [0, 1, 2].map((channel) => (sums[bin * 4 + channel] ?? 0) / count(bin))
  const used = Array.from({ length: 32_768 }, (_, bin) => bin).filter((bin) => count(bin) > 0)
  const chosen = used
    .toSorted((a, b) => count(b) - count(a))
    .slice(0, 256)
    .map(mean)
  const indexOf = new Uint8Array(32_768)
  for (const bin of used) indexOf[bin] = nearest(mean(bin), chosen)
  return { palette: Uint8Array.from(chosen.flat().map(Math.round)), indexOf }
}

const binOf = (rgb: Uint8Array, at: number): number =>
  (((rgb[at] ?? 0) >> 3) << 10) | (((rgb[at + 1] ?? 0) >> 3) << 5) | ((rgb[at + 2] ?? 0) >> 3)

function nearest(colour: readonly number[], chosen: readonly (readonly number[])[]): number {
  let [best, least] = [0, Infinity]
  for (const [index, each] of chosen.entries()) {
    const distance = each.reduce((sum, value, channel) => sum + (value - (colour[channel] ?? 0)) ** 2, 0)
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}

function encode(image: Image): Buffer {
  const { width, height, rgb } = image
  const { palette, indexOf } = paletteOf(image)
  const lines = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = indexOf[binOf(rgb, (y * width + x) * 3)] ?? 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  const data = deflateSync(lines, { level: 9 })
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', data),
    chunk('IEND', new Uint8Array()),
  ])
}

function chunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
