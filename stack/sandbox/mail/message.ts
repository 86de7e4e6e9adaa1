/** What a person would see of a message. */
export interface MailMessage {
  /** By lower-case name; of repeated ones the last. */
  readonly headers: Readonly<Record<string, string>>
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Reads a message (RFC 5322) with its parts (RFC 2046). What it cannot read is empty: it never fails. */
export function readMessage(raw: Buffer): MailMessage {
  const whole = readPart(raw.toString('latin1'))
  const leaves = leavesOf(whole, 0)
  const ofKind = (kind: string) => leaves.find(({ headers }) => kindOf(headers) === kind)
  const text = ofKind('text/plain')
  const html = ofKind('text/html')
  return {
    headers: Object.fromEntries(Object.entries(whole.headers).map(([name, value]) => [name, decodedWords(value)])),
    subject: decodedWords(whole.headers.subject ?? ''),
    text: text ? decodedBody(text) : '',
    html: html ? decodedBody(html) : '',
  }
}

interface Part {
  readonly headers: Record<string, string>
  /** One character a byte. */
  readonly body: string
}

function readPart(text: string): Part {
  const end = text.search(/\r?\n\r?\n/)
  const head = end < 0 ? text : text.slice(0, end)
  const body = end < 0 ? '' : text.slice(end).replace(/^\r?\n\r?\n/, '')
  const headers: Record<string, string> = {}
  // A line that begins with a space goes on with the one before it.
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) headers[name.toLowerCase()] = value
  }
  return { headers, body }
}

const kindOf = (headers: Part['headers']): string =>
  (headers['content-type'] ?? 'text/plain').split(';')[0]?.trim().toLowerCase() ?? ''

function leavesOf(part: Part, depth: number): Part[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(part.headers['content-type'] ?? '')?.[1]
  if (!kindOf(part.headers).startsWith('multipart/') || boundary === undefined || depth > 5) return [part]
  const [inside = ''] = part.body.split(`--${boundary}--`)
  const parts = inside.split(`--${boundary}`).slice(1)
  return parts.flatMap((text) => leavesOf(readPart(text.replace(/^\r?\n/, '')), depth + 1))
}

function decodedBody({ headers, body }: Part): string {
  const encoding = headers['content-transfer-encoding']?.trim().toLowerCase()
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : Buffer.from(encoding === 'quoted-printable' ? unquoted(body.replace(/=\r?\n/g, '')) : body, 'latin1')
  const charset = /charset="?([\w-]+)"?/i.exec(headers['content-type'] ?? '')?.[1]
  return bytesAsText(bytes, charset).replaceAll('\r\n', '\n').trimEnd()
}

const unquoted = (text: string): string =>
  text.replace(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

/** `=?UTF-8?Q?K=C3=B8benhavn?=` → `København` (RFC 2047) */
const decodedWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?([\w-]+)\?([BQ])\?([^?]*)\?=/gi, (_, charset: string, encoding: string, word: string) =>
      bytesAsText(
        encoding.toUpperCase() === 'B'
          ? Buffer.from(word, 'base64')
          : Buffer.from(unquoted(word.replaceAll('_', ' ')), 'latin1'),
        charset,
      ),
    )

function bytesAsText(bytes: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}
