import { expect, test } from 'vitest'
import { rowsOf, sortedBy, transform } from './rows.ts'

const series = (refId: string, labels: Record<string, string>, value: number | null) => ({
  refId,
  name: '',
  labels,
  values: [value],
})

const table = rowsOf(
  [
    series('A', { endpoint: '/a' }, 1),
    series('A', { endpoint: '/b' }, 3),
    series('B', { endpoint: '/a' }, 10),
    series('B', { endpoint: '/c' }, 20),
  ],
  ['A', 'B'],
)

test('queries are joined by the labels that they share', () => {
  expect(table.columns.map(({ name }) => name)).toEqual(['endpoint', 'Value #A', 'Value #B'])
  expect(table.rows).toEqual([
    { endpoint: '/a', 'Value #A': 1, 'Value #B': 10 },
    { endpoint: '/b', 'Value #A': 3 },
    { endpoint: '/c', 'Value #B': 20 },
  ])
})

test('a query without rows leaves its column', () => {
  expect(rowsOf([series('A', { x: '1' }, 1)], ['A', 'B']).columns.map(({ name }) => name)).toEqual([
    'x',
    'Value #A',
    'Value #B',
  ])
})

test('a label that one query alone has is a cell beside', () => {
  const joined = rowsOf([series('A', { x: '1' }, 1), series('B', { x: '1', version: '2' }, 5)], ['A', 'B'])
  expect(joined.rows).toEqual([{ x: '1', version: '2', 'Value #A': 1, 'Value #B': 5 }])
})

test('the name of a metric is a column where one query is about names, and joins nothing where several are', () => {
  const named = series('A', { __name__: 'up' }, 3)
  expect(rowsOf([named], ['A']).rows).toEqual([{ __name__: 'up', Value: 3 }])
  const joined = rowsOf([named, series('B', { __name__: 'down' }, 4)], ['A', 'B'])
  expect(joined.rows).toEqual([{ 'Value #A': 3, 'Value #B': 4 }])
})

test('organize leaves out, renames and orders columns', () => {
  const changed = transform(table, [
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: { Time: true, 'Value #B': true },
        renameByName: { endpoint: 'Endpoint', 'Value #A': 'Rate' },
        indexByName: { 'Value #A': 0, endpoint: 1 },
      },
    },
  ])
  expect(changed.columns).toEqual([
    { name: 'Rate', source: 'Value #A', type: 'number' },
    { name: 'Endpoint', source: 'endpoint', type: 'string' },
  ])
})

test('rows are sorted by a column; those without a value are last', () => {
  const order = (descending: boolean) => sortedBy(table, 'Value #A', descending).rows.map(({ endpoint }) => endpoint)
  expect(order(true)).toEqual(['/b', '/a', '/c'])
  expect(order(false)).toEqual(['/a', '/b', '/c'])
})

test('sorting and a limit as transformations', () => {
  const few = transform(table, [
    { id: 'sortBy', options: { sort: [{ field: 'Value #B', desc: true }] } },
    { id: 'limit', options: { limitField: 1 } },
    { id: 'limit', disabled: true, options: { limitField: 0 } },
    { id: 'constructor' },
  ])
  expect(few.rows).toEqual([{ endpoint: '/c', 'Value #B': 20 }])
})
