import { expect, it } from 'vitest'
import { selectorsOf, selectorText } from './promql.ts'
import { logsOfAllLevels, spansOfAllKinds, withoutFailures, witnessOf } from './quiet.ts'

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
  expect(logsOfAllLevels('{a="b"} | log_type="security" | userId=~".+"')).toBe('{a="b"}  | userId=~".+"')
  expect(logsOfAllLevels('{a="b"} | log_type="access" | metadata_durationMs > 500')).toBe('{a="b"} | log_type="access"')
  expect(logsOfAllLevels('{a="b"} | exception_type=~".+"')).toBe('{a="b"}')
  expect(logsOfAllLevels('{a="b"} | log_type="access"')).toBeUndefined()
  expect(logsOfAllLevels('{service_name="api"} | severity_text="info"')).toBeUndefined()
  expect(logsOfAllLevels('{service_name="api"}')).toBeUndefined()
})

it('drops filters for operations that failed, and no others', () => {
  expect(logsOfAllLevels('{service_name="worker"} | operation=~"fetch\\\\.failed|sync\\\\.failed"')).toBe(
    '{service_name="worker"}',
  )
  expect(logsOfAllLevels('{service_name="worker"} | operation="sync.failed" | a="b"')).toBe(
    '{service_name="worker"}  | a="b"',
  )
  expect(logsOfAllLevels('{service_name="worker"} | operation=~"sync.failed|sync.started"')).toBeUndefined()
  expect(logsOfAllLevels('{service_name="worker"} | operation="failed.again"')).toBeUndefined()
})

const witness = (promql: string): string | undefined => {
  const [selector] = selectorsOf(promql)
  const found = selector && witnessOf(selector)
  return found && selectorText(found)
}

it.each([
  ['ALERTS', 'ALERTS{alertname="DeadMansSwitch"}'],
  ['ALERTS{alertname!="DeadMansSwitch", severity="critical"}', 'ALERTS{alertname="DeadMansSwitch"}'],
  ['ALERTS{alertname="APIDown"}', 'ALERTS{alertname="DeadMansSwitch"}'],
  [
    'otelcol_exporter_send_failed_spans{job=~".+", instance=~".+", exporter="x"}',
    'otelcol_exporter_sent_spans{job=~".+", instance=~".+"}',
  ],
])('%s exists only at times; would be seen beside: %s', (promql, beside) => {
  expect(witness(promql)).toBe(beside)
})

it.each([
  'up',
  'otelcol_exporter_sent_spans',
  'renamed_total',
  'ALERTS{alertname="DeadMansSwitch", alertstate="firing"}',
])('%s has nothing beside it: it must be there', (promql) => {
  expect(witness(promql)).toBeUndefined()
})

it('drops conditions for slow and failed spans from TraceQL, and no others', () => {
  expect(spansOfAllKinds('{ resource.service.name =~ ".+" && kind = server && duration > 500ms }')).toBe(
    '{ resource.service.name =~ ".+" && kind = server && true }',
  )
  expect(spansOfAllKinds('{ status = error }')).toBe('{ true }')
  expect(spansOfAllKinds('{ span.http.response.status_code >= 500 }')).toBe('{ true }')
  expect(spansOfAllKinds('{ span.http.response.status_code >= 200 }')).toBeUndefined()
  expect(spansOfAllKinds('{ span.error.type =~ "forbidden" && kind = server }')).toBe('{ true && kind = server }')
  expect(spansOfAllKinds('{ name = "a" && traceDuration > 5s } && { status = error }')).toBe(
    '{ name = "a" && true } && { true }',
  )
  expect(spansOfAllKinds('{ status = ok }')).toBeUndefined()
})
