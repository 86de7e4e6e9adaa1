import { describe, expect, test } from 'vitest'
import { contacts } from './contacts.ts'
import { deals } from './deals.ts'
import { hashOf } from './entity.ts'
import { planPage, readRecords } from './plan.ts'

const now = new Date('2026-02-01T00:00:00Z')
const old = new Date('2026-01-01T00:00:00Z')
const anna = { name: 'Anna Holm', email: 'Anna@holm.example', phone: null, company: null }

const record = (externalId: string, fields: Record<string, string | number | null>, updatedAt = old) => ({
  externalId,
  updatedAt,
  fields,
})

describe('what can be a row of ours', () => {
  test.each([
    ['as it is', anna, anna],
    ['without spaces around', { ...anna, name: ' Anna Holm ', company: ' ' }, anna],
    ['known by the company', { email: null, company: 'Holm' }, { ...anna, name: 'Holm', email: null, company: 'Holm' }],
    ['without a name', { phone: '+45 11 22 33 44' }, undefined],
    ['with an address that is none', { ...anna, email: 'anna at holm' }, undefined],
    ['with a name without end', { ...anna, name: 'a'.repeat(201) }, undefined],
    ['with what PostgreSQL cannot store', { ...anna, name: 'a\u0000b' }, undefined],
  ])('a contact %s', (_, fields, kept) => {
    expect(contacts.parse(fields)).toEqual(kept)
  })

  test.each([
    [
      { title: 'Pilot', amount: 1_200.505, stage: 'Closed Won' },
      { title: 'Pilot', amount: 1_200.51, stage: 'won' },
    ],
    [
      { title: 'Pilot', amount: null, stage: 'contractsent' },
      { title: 'Pilot', amount: 0, stage: 'proposal' },
    ],
    [
      { title: 'Pilot', amount: 5, stage: 'Their own' },
      { title: 'Pilot', amount: 5, stage: 'qualified' },
    ],
    [{ title: '', amount: 5, stage: 'closedlost' }, undefined],
    [{ title: 'Pilot', amount: -1, stage: 'closedlost' }, undefined],
  ])('a deal: %j', (fields, kept) => {
    expect(deals.parse(fields)).toEqual(kept)
  })

  test('each record once, and those that cannot by their ids', () => {
    const records = [record('1', { name: 'Old' }), record('2', {}), record('1', anna)]
    expect(readRecords(contacts, records)).toEqual({
      readable: [{ externalId: '1', updatedAt: old, fields: anna }],
      unreadable: ['2'],
    })
  })
})

test('the order of fields does not matter, their values do', () => {
  expect(hashOf({ a: 1, b: null })).toBe(hashOf({ b: null, a: 1 }))
  expect(hashOf({ a: 1, b: null })).not.toBe(hashOf({ a: '1', b: null }))
})

describe('a page', () => {
  const nobody = { links: [], rows: [], candidates: [] }

  test('who looks alike is linked, once: the second of the same address is somebody else', () => {
    const known = {
      ...nobody,
      rows: [{ id: 'row', fields: anna, updatedAt: old }],
      candidates: [{ likeness: 'anna@holm.example', id: 'row' }],
    }
    const plan = planPage(contacts, [record('1', anna), record('2', anna)], known, now)
    expect(plan.counts).toEqual({ created: 1, updated: 0, conflicts: 0 })
    expect(plan.agreements.map(({ externalId, localId }) => [externalId, localId === 'row'])).toEqual([
      ['1', true],
      ['2', false],
    ])
  })

  test('a clock that is ahead of ours does not win for ever', () => {
    const ahead = new Date('2030-01-01T00:00:00Z')
    expect(planPage(contacts, [record('1', anna, ahead)], nobody, now).create).toMatchObject([{ updatedAt: now }])
  })

  test('a row of ours that stays is to be sent: both sides do not agree on it', () => {
    const ours = { ...anna, phone: '+45 11 22 33 44' }
    const agreed = { external_id: '1', local_id: 'row', external_hash: 'before', local_hash: 'before' }
    const known = { links: [agreed], rows: [{ id: 'row', fields: ours, updatedAt: now }], candidates: [] }
    const plan = planPage(contacts, [record('1', anna)], known, now)
    expect(plan.counts).toEqual({ created: 0, updated: 0, conflicts: 1 })
    const [agreement] = plan.agreements
    expect(agreement).toMatchObject({ isConflict: true, localHash: hashOf(anna) })
    expect(agreement?.localUpdatedAt).not.toEqual(now)
  })
})
