import { createConnection } from 'node:net'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Faults } from '../faults.ts'
import { sandboxForTest } from '../testing.ts'
import type { Mail } from './mailbox.ts'
import { Mailbox } from './mailbox.ts'
import { type MailServer, startMailServer } from './server.ts'

let server: MailServer
let faults: Faults
let mailbox: Mailbox
beforeEach(async () => {
  faults = new Faults()
  mailbox = new Mailbox()
  server = await startMailServer({ host: '127.0.0.1', port: 0, faults, mailbox })
})
afterEach(() => server.stop())

const send = (message: object = {}) =>
  createTransport(`smtp://${server.address}`).sendMail({
    from: 'CRM <office@crm.example>',
    to: 'anna@blue.example',
    subject: 'Offer',
    text: 'Hello',
    ...message,
  })

describe('a message', () => {
  it('is in the mailbox as it was sent, newest first', async () => {
    await send({ subject: 'First' })
    await send({
      to: ['anna@blue.example', 'bo@blue.example'],
      subject: 'Tilbud på København – 100 € og noget mere, så at emnet bliver langt',
      text: 'Kære Anna,\n\nså er det klart: = 5 €.',
      html: '<p>Kære <b>Anna</b></p>',
      headers: { 'X-Correlation-ID': 'c-1' },
    })
    const { ask, json } = await sandboxForTest({ mailbox })
    const mails = await json<Mail[]>(ask('GET', '/mailbox.json'))
    expect(mails.map(({ subject }) => subject)).toEqual([
      'Tilbud på København – 100 € og noget mere, så at emnet bliver langt',
      'First',
    ])
    expect(mails[0]).toMatchObject({
      from: 'office@crm.example',
      to: ['anna@blue.example', 'bo@blue.example'],
      text: 'Kære Anna,\n\nså er det klart: = 5 €.',
      html: '<p>Kære <b>Anna</b></p>',
      headers: { 'x-correlation-id': 'c-1' },
    })
    expect(await json<Mail[]>(ask('GET', '/mailbox.json?to=Bo@blue.example'))).toHaveLength(1)
    const page = await (await ask('GET', '/mailbox')).text()
    expect(page).toContain('Tilbud på København')
    await ask('DELETE', '/mailbox')
    expect(await json(ask('GET', '/mailbox.json'))).toEqual([])
  })

  it('is shown escaped', async () => {
    await send({ subject: '<script>alert(1)</script>', text: '', html: '<img src=x onerror=alert(1)>' })
    const { ask } = await sandboxForTest({ mailbox })
    const page = await (await ask('GET', '/mailbox')).text()
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img')
  })

  it('pushes out the oldest of 200', async () => {
    for (let number = 1; number <= 201; number += 1) {
      mailbox.add({ from: 'a@b.example', to: ['c@d.example'] }, Buffer.from(`Subject: ${number}\r\n\r\nx`))
    }
    expect(mailbox.mails).toHaveLength(200)
    expect([mailbox.mails[0]?.subject, mailbox.mails.at(-1)?.subject]).toEqual(['201', '2'])
  })
})

describe('replies', () => {
  it.each([
    ['an address that does not exist', { to: 'bounce@blue.example' }, 550],
    ['a mailbox that is busy', { to: 'later@blue.example' }, 451],
    ['a message that is too large', { text: 'x'.repeat(300_000) }, 552],
  ])('%s', async (_, message, responseCode) => {
    await expect(send(message)).rejects.toMatchObject({ responseCode })
    expect(mailbox.mails).toEqual([])
  })

  it('to one of two recipients only', async () => {
    const { accepted, rejected } = await send({ to: ['bounce@blue.example', 'anna@blue.example'] })
    expect([accepted, rejected]).toEqual([['anna@blue.example'], ['bounce@blue.example']])
    expect(mailbox.mails[0]?.to).toEqual(['anna@blue.example'])
  })
})

describe('faults', () => {
  it('reply with the given code, for that share', async () => {
    faults.set('smtp', { status: 451, share: 0.5 })
    await send()
    await expect(send()).rejects.toMatchObject({ responseCode: 451 })
    await send()
    expect(mailbox.mails).toHaveLength(2)
  })

  it('delay', async () => {
    faults.set('smtp', { delayMs: 80, share: 1 })
    const began = performance.now()
    await send()
    expect(performance.now() - began).toBeGreaterThan(75)
  })

  it('cut the connection', async () => {
    faults.set('smtp', { refuse: true, share: 1 })
    await expect(send()).rejects.toThrow()
    const [host, port] = server.address.split(':')
    const socket = createConnection(Number(port), host)
    let said = ''
    socket.on('data', (data) => {
      said += data
    })
    await new Promise<void>((resolve) => socket.on('error', () => undefined).on('close', () => resolve()))
    expect(said).toBe('')
    faults.clear('smtp')
    await send()
    expect(mailbox.mails).toHaveLength(1)
  })
})
