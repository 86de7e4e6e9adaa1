import { randomBytes } from 'node:crypto'
import { personOf } from '../kit/people.ts'
import { draw, hex } from '../kit/random.ts'
import type { Kept } from '../kit/records.ts'

/** Whose mailbox it is. */
export const mailbox = 'office@crm.example'

const size = 3_000
const minutesApart = 45
const end = Date.parse('2026-01-01T00:00:00Z')

/** What came before is no longer in the history. */
export const firstHistoryId = 1_000_000

/** A message; its text is made when it is asked for. `modifiedAt` is its history id. */
export interface Message extends Kept {
  readonly threadId: string
  readonly receivedAt: number
  readonly labelIds: readonly string[]
  /** What its sender and text are made from. */
  readonly number: number
  readonly written?: Written
}

/** Oldest first. Two or three in a row are one conversation with one person. */
export function madeMessages(): readonly Message[] {
  const messages: Message[] = []
  let left = 0
  for (let number = 0; number < size; number += 1) {
    const random = draw('gmail', number)
    const id = random.name(16, hex)
    const previous = messages.at(-1)
    const begins = left === 0 || !previous
    left = begins ? random.int(0, 2) : left - 1
    messages.push({
      id,
      threadId: begins ? id : previous.threadId,
      number: begins ? number : previous.number,
      receivedAt: end - (size - number) * minutesApart * 60_000,
      labelIds: [random.int(0, 3) === 0 ? 'SENT' : 'INBOX', ...(random.int(0, 4) === 0 ? ['UNREAD'] : [])],
      modifiedAt: firstHistoryId + number,
    })
  }
  return messages
}

/** What a message says, where that is not made from its number. */
export interface Written {
  readonly from?: string | undefined
  readonly subject?: string | undefined
  readonly text?: string | undefined
}

/** One that arrives now, from somebody who is known. Its name is never that of an earlier start's message. */
export function newMessage(now: number, written: Written = {}): Omit<Message, 'modifiedAt'> {
  const id = randomBytes(8).toString('hex')
  const number = Number.parseInt(id.slice(0, 6), 16)
  return { id, threadId: id, number, receivedAt: now, labelIds: ['INBOX', 'UNREAD'], written }
}

const subjects = [
  'Your offer',
  'Meeting next week',
  'Invoice',
  'Question about the delivery',
  'Thank you',
  'New project',
]
const sentences = [
  'Thank you for your message.',
  'Could you send me the papers by Friday?',
  'We would like to go on with it.',
  'The price is higher than we thought.',
  'I shall call you tomorrow morning.',
  'Please find the details below.',
]

/** What a list can be searched by. */
export interface Headers {
  readonly from: string
  readonly to: string
  readonly subject: string
}

export function headersOf({ number, labelIds, id, threadId, written }: Message): Headers {
  const { first, last, email } = personOf(number % 5_000)
  const person = `${first} ${last} <${email}>`
  const isSent = labelIds.includes('SENT')
  const subject = written?.subject ?? draw('gmail-subject', number).pick(subjects)
  return {
    from: isSent ? mailbox : (written?.from ?? person),
    to: isSent ? person : mailbox,
    subject: id === threadId ? subject : `Re: ${subject}`,
  }
}

/** A message as `GET …/messages/:id` answers it; `minimal` leaves out what it says, `metadata` the body. */
export function rendered(message: Message, format: string) {
  const { id, threadId, labelIds, modifiedAt, receivedAt } = message
  const random = draw('gmail-text', Number.parseInt(id.slice(0, 8), 16))
  const made = Array.from({ length: random.int(1, 4) }, () => random.pick(sentences)).join(' ')
  const text = message.written?.text ?? made
  const { from, to, subject } = headersOf(message)
  const body = `Hello,\r\n\r\n${text}\r\n\r\nBest regards\r\n`
  const core = { id, threadId, labelIds, snippet: text.slice(0, 100), historyId: String(modifiedAt) }
  const dated = { ...core, internalDate: String(receivedAt), sizeEstimate: body.length }
  if (format === 'minimal') return dated
  return {
    ...dated,
    payload: {
      partId: '',
      mimeType: 'text/plain',
      filename: '',
      headers: [
        { name: 'From', value: from },
        { name: 'To', value: to },
        { name: 'Subject', value: subject },
        { name: 'Date', value: new Date(receivedAt).toUTCString() },
        { name: 'Message-ID', value: `<${id}@mail.example>` },
      ],
      body: {
        size: Buffer.byteLength(body),
        ...(format === 'metadata' ? {} : { data: Buffer.from(body).toString('base64url') }),
      },
    },
  }
}
