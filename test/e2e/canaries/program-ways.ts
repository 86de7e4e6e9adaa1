import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { type Place, root } from '../../../stack/place.ts'
import { address, urlOf } from '../../../stack/ports.ts'
import { freePort } from '../../integration/telemetry/harness.ts'

/** Ways that lead into a process of ours; `takes` as in `ways.ts`. */
export const programWays = {
  // A message that somebody builds from a note holds the note: that ours are constants is checked in the source.
  'log message': 'what has a shape',
  'log arguments': 'all',
  'log fields': 'all',
  // What a field is about says its name; without one only the shape tells.
  'log fields of any name': 'what has a shape',
  'log child': 'all',
  exception: 'what has a shape',
  'exception of many': 'all',
  'exception that quotes': 'all',
  'thrown text': 'what has a shape',
  'SQL parameter': 'all',
  'job payload': 'all',
  'span attributes': 'all',
} as const satisfies Record<string, 'all' | 'what has a shape'>
export type ProgramWay = keyof typeof programWays

/** Runs `program.ts` in the stack's place; its output is one of the logs. `resource` is its OTEL_RESOURCE_ATTRIBUTES. */
export const runProgram = async (
  place: Place,
  canaries: Readonly<Record<string, Readonly<Record<string, string>>>>,
  { resource, control }: { readonly resource: string; readonly control: string },
): Promise<void> => {
  const output = openSync(join(place.run, 'logs', 'canaries.log'), 'a')
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', './app/telemetry/preload.ts', 'test/e2e/canaries/program.ts'], {
    cwd: root,
    stdio: ['ignore', output, output],
    env: {
      PATH: process.env.PATH,
      LOG_LEVEL: 'trace',
      DATABASE_URL: `postgres://crm:crm@${address(place, 'postgres', 'postgres')}/crm`,
      OTEL_SERVICE_NAME: 'canaries',
      OTEL_RESOURCE_ATTRIBUTES: resource,
      OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(place, 'otelcol', 'otlp-http'),
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      CANARIES: JSON.stringify(canaries),
      CONTROL: control,
    },
  })
  const code = await new Promise<number | null>((done) => child.once('close', done))
  if (code !== 0) throw new Error(`the program with the canaries ended with ${code}; its output is in canaries.log`)
}
