const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.2', '0.5', '1', '2', '5', '10', '+Inf']
const methods = ['GET', 'POST', 'PATCH', 'DELETE']

/** What a process of the service answers at /metrics after an hour: some 3,000 samples, most of them in histograms. */
export const exposition = (): string => {
  const lines: string[] = ['# TYPE http_requests_total counter', '# TYPE http_request_duration_seconds histogram']
  for (let route = 0; route < 50; route++)
    for (const method of methods) {
      const labels = `method="${method}",endpoint="/api/area-${route}/:id",status="200"`
      lines.push(`http_requests_total{${labels}} ${route + 1}`)
      lines.push(...bounds.map((le) => `http_request_duration_seconds_bucket{${labels},le="${le}"} ${route + 1}`))
      lines.push(`http_request_duration_seconds_sum{${labels}} 0.5`)
      lines.push(`http_request_duration_seconds_count{${labels}} ${route + 1}`)
    }
  return `${lines.join('\n')}\n`
}
