import { expect, it } from 'vitest'
import { selectorsOf, selectorText } from './promql.ts'
import { logsOfAllLevels, spansOfAllKinds, withoutFailures } from './quiet.ts'

const without = (promql: string): string | undefined => {
  const [selector] = selectorsOf(promql)
  const wider = selector && withoutFailures(selector)
  return wider && selectorText(wider)
}

it.each([
  ['x{status="500"}', 'x'],
  ['x{job="api", status=~"5.."}', 'x{job="api"}'],
  ['x{status=~"4..|5.."}', 'x'],
  ['jobs{status="failed"}', 'jobs'],
  ['spans{status_code="STATUS_CODE_ERROR"}', 'spans'],
  ['x{error_type="internal"}', 'x'],
])('%s asks for failures; without: %s', (promql, wider) => {
  expect(without(promql)).toBe(wider)
})

it.each([
  'x',
  'x{status="200"}',
  'x{status=~".+"}',
  'x{status!~"2.."}',
  'x{job="api"}',
  'x{status_code="STATUS_CODE_OK"}',
])('%s must find something as it is', (promql) => {
  expect(without(promql)).toBeUndefined()
})

it('drops filters for bad levels from LogQL, and no others', () => {
  expect(logsOfAllLevels('{service_name=~".+"} | severity_text="error"')).toBe('{service_name=~".+"}')
  expect(logsOfAllLevels('{service_name="api"} | a="b" | severity_text=~"warn|error|fatal" |= "x"')).toBe(
    '{service_name="api"} | a="b"  |= "x"',
  )
  expect(logsOfAllLevels('{service_name="api"} | severity_text="info"')).toBeUndefined()
  expect(logsOfAllLevels('{service_name="api"}')).toBeUndefined()
})

it('drops conditions for slow and failed spans from TraceQL, and no others', () => {
  expect(spansOfAllKinds('{ resource.service.name =~ ".+" && kind = server && duration > 500ms }')).toBe(
    '{ resource.service.name =~ ".+" && kind = server && true }',
  )
  expect(spansOfAllKinds('{ status = error }')).toBe('{ true }')
  expect(spansOfAllKinds('{ span.http.response.status_code >= 500 }')).toBe('{ true }')
  expect(spansOfAllKinds('{ span.http.response.status_code >= 200 }')).toBeUndefined()
  expect(spansOfAllKinds('{ status = ok }')).toBeUndefined()
})
