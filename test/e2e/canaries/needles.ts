/** Finds thousands of short texts in megabytes in one pass. Node has nothing for it; a regular expression takes minutes. */

/** The text as it may stand in a file or an answer: plain, percent-encoded, with escapes of JSON, or in base64. */
export const spellings = (text: string): string[] => {
  const json = (value: string) => JSON.stringify(value).slice(1, -1)
  const ascii = (value: string) =>
    value.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const all = [text, encodeURIComponent(text), encodeURI(text), text.replaceAll(' ', '+'), json(text), json(json(text))]
  return [...new Set([...all, ascii(json(text)), ...inBase64(text)])]
}

/** Base64 of a text inside of a longer one, which may begin at each of three places of a group of three bytes. */
const inBase64 = (text: string): string[] => {
  const bytes = Buffer.from(text)
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // The first and last signs hold bits of what stands around.
    const core = whole.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + bytes.length) * 8) / 6))
    return core.length < 8 ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

const keyBytes = 4
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57
const isLetter = (byte: number | undefined): boolean => byte !== undefined && /\w/.test(String.fromCharCode(byte))
const [dot, percent] = [46, 37]

interface Needle<Meaning> {
  readonly bytes: Buffer
  readonly isNumber: boolean
  readonly meaning: Meaning
}

/** What is looked for, each with what it stands for. */
export class Needles<Meaning> {
  readonly #byKey = new Map<number, Needle<Meaning>[]>()
  /** Which two bytes any of them begins with: says no to nearly every place at once. */
  readonly #starts = new Uint8Array(65_536)

  add(text: string, meaning: Meaning): void {
    for (const spelling of spellings(text)) {
      const bytes = Buffer.from(spelling)
      if (bytes.length < keyBytes) throw new Error(`"${spelling}" is too short to be looked for`)
      const key = bytes.readUInt32LE(0)
      this.#starts[key & 0xffff] = 1
      const known = this.#byKey.get(key) ?? []
      known.push({ bytes, isNumber: /^[\d\s()+.%-]+$/.test(spelling.replaceAll(/%[\dA-F]{2}/g, ' ')), meaning })
      this.#byKey.set(key, known)
    }
  }

  /**
   * Everything that is found, each thing once.
   * @param isText a number inside of a longer number, an id or a fraction is another one
   */
  find(haystack: Buffer, isText: boolean): Set<Meaning> {
    const found = new Set<Meaning>()
    const starts = this.#starts
    for (let at = 0; at + keyBytes <= haystack.length; at++) {
      if (starts[(haystack[at] as number) | ((haystack[at + 1] as number) << 8)] === 0) continue
      for (const { bytes, isNumber, meaning } of this.#byKey.get(haystack.readUInt32LE(at)) ?? []) {
        if (found.has(meaning) || at + bytes.length > haystack.length) continue
        if (haystack.compare(bytes, 0, bytes.length, at, at + bytes.length) !== 0) continue
        if (!isText || !isNumber || !isWithin(haystack, at, at + bytes.length)) found.add(meaning)
      }
    }
    return found
  }
}

/** Whether a number that begins and ends here goes on: `1`234, a`12`b, 0.`12`. What is percent-encoded before it does not count. */
const isWithin = (haystack: Buffer, start: number, end: number): boolean => {
  const before = haystack[start - 1]
  const goesOnBefore = isLetter(before) && haystack[start - 3] !== percent
  const isFraction = before === dot && isDigit(haystack[start - 2])
  const after = haystack[end]
  const goesOnAfter = isLetter(after) || (after === dot && isDigit(haystack[end + 1]))
  return (isDigit(haystack[start]) && (goesOnBefore || isFraction)) || (isDigit(haystack[end - 1]) && goesOnAfter)
}
