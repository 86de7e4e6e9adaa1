// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how Grafana writes variables
import { expect, test } from 'vitest'
import { isSafe, resolveLink } from './links.ts'

const context = {
  timeQuery: 'from=now-1h&to=now',
  variablesQuery: 'var-job=api',
  from: 1_000,
  to: 2_000.4,
  variables: { job: ['api', 'worker'] },
  labels: { service: 'a "b" & c', 'http.route': '/x' },
  name: 'the name',
  value: { text: '/api/contacts', raw: 5 },
  row: { Tenant: 't1' },
}

test.for([
  ['/d/x?${__url_time_range}&${__all_variables}', '/d/x?from=now-1h&to=now&var-job=api'],
  ['/d/x?from=${__from}&to=${__to}', '/d/x?from=1000&to=2000'],
  ['/d/x?q=${__field.labels.service}', '/d/x?q=a%20%22b%22%20%26%20c'],
  ['/d/x?q=${__field.labels["http.route"]}', '/d/x?q=%2Fx'],
  ['/d/x?q=${__value.text}&r=${__value.raw}', '/d/x?q=%2Fapi%2Fcontacts&r=5'],
  ['/d/x?t=${__data.fields.Tenant}', '/d/x?t=t1'],
  ['/d/x?${job:queryparam}&j=${job}', '/d/x?var-job=api&var-job=worker&j=api%2Cworker'],
  ['/d/x?n=${__series.name}${nothing}', '/d/x?n=the%20name'],
] as const)('%s', ([url, expected]) => expect(resolveLink(url, context)).toBe(expected))

test('a value in the explorer’s JSON cannot leave its string', () => {
  const url = resolveLink('/explore?left=%7B%22q%22%3A%22${__field.labels.service}%22%7D', context)
  expect(JSON.parse(new URLSearchParams(url.split('?')[1]).get('left') ?? '')).toEqual({ q: 'a "b" & c' })
})

test.for([
  ['/d/x', true],
  ['https://example.org', true],
  ['?viewPanel=1', true],
  ['//evil.example', false],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
] as const)('%s may be followed: %s', ([url, expected]) => expect(isSafe(url)).toBe(expected))
