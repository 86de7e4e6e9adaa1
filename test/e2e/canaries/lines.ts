import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { ensureServer } from '../../../stack/launch/server-build.ts'
import { type Place, root } from '../../../stack/place.ts'
import { urlOf } from '../../../stack/ports.ts'
import { services } from '../../../stack/services.ts'
import { until } from '../../integration/telemetry/harness.ts'
import { runScript } from '../launcher.ts'
import { hasTempo } from './stores.ts'

interface Configuration {
  service: { pipelines: Record<string, { processors?: string[] }> }
}

/** Processors that take something out of what they are given. */
const redacts = /^(redaction|filter|transform\/(status|spans))/

/** The collector's configuration with every pipeline as it is but for what redacts. @returns the file's name */
const withoutRedaction = async (place: Place): Promise<string> => {
  const configuration = parse(await readFile(join(root, 'otel-collector.yaml'), 'utf8'), {
    merge: true,
  }) as Configuration
  const pipelines = Object.values(configuration.service.pipelines)
  const before = JSON.stringify(pipelines)
  for (const pipeline of pipelines)
    pipeline.processors = pipeline.processors?.filter((name) => !redacts.test(name)) ?? []
  if (JSON.stringify(pipelines) === before) throw new Error('the collector redacts nothing anyway')
  const file = join(place.run, 'collector-without-redaction.yaml')
  await writeFile(file, stringify(configuration, { aliasDuplicateObjects: false }))
  return file
}

/** Puts a collector that redacts nothing in the place of the stack's own. @returns what ends it */
export const startWithoutRedaction = async (place: Place): Promise<() => Promise<void>> => {
  const built = await ensureServer('otelcol')
  if (built.state !== 'ready') throw new Error(built.reason)
  const file = await withoutRedaction(place)
  await runScript(place, ['control.ts', 'stop', 'otelcol'])
  const withTempo = hasTempo(place)
  const { binaries } = built
  const { env } = services.otelcol.command({ place, env: {}, has: () => withTempo, binary: () => binaries.otelcol })
  const args = ['--config', file, ...(withTempo ? ['--config', 'stack/servers/otelcol/tempo.yaml'] : [])]
  const log = openSync(join(place.run, 'logs', 'otelcol-without-redaction.log'), 'a')
  const stdio = ['ignore', log, log] as const
  const child: ChildProcess = spawn(binaries.otelcol, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: [...stdio],
  })
  await until(() =>
    fetch(urlOf(place, 'otelcol')).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
}

/** What the service's processes are started with so that they scrub nothing: a module of theirs is another one. */
export const withoutScrubbing = {
  NODE_OPTIONS: `--import ${join(root, 'test/e2e/canaries/without-scrubbing.ts')}`,
}
