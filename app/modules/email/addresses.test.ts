import { expect, it } from 'vitest'
import { addressHash, firstPerson } from './addresses.ts'

it.each([
  ['Anna Holm <Anna@Holm.example>', { name: 'Anna Holm', address: 'anna@holm.example' }],
  ['"Holm, Anna" <anna@holm.example>', { name: 'Holm, Anna', address: 'anna@holm.example' }],
  ['office@crm.example', { name: '', address: 'office@crm.example' }],
  ['<anna@holm.example>, Bo <bo@holm.example>', { name: '', address: 'anna@holm.example' }],
  ['anna@holm.example, bo@holm.example', { name: '', address: 'anna@holm.example' }],
  // An address that poses as a name would be shown as who wrote.
  ['bo@bank.example <anna@holm.example>', { name: '', address: 'anna@holm.example' }],
  ['undisclosed-recipients:;', { name: '', address: '' }],
  ['', { name: '', address: '' }],
])('%s', (header, person) => {
  expect(firstPerson(header)).toEqual(person)
})

it('an address has one hash, however it is written', () => {
  expect(addressHash(' Office@CRM.example ')).toBe(addressHash('office@crm.example'))
  expect(addressHash('office@crm.example')).toMatch(/^[0-9a-f]{64}$/)
})
