import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Place, readPlace, root, SettingError } from '../place.ts'
import { type ServiceName, serviceNames } from '../ports.ts'
import { consoleUrl } from '../service.ts'
import { services } from '../services.ts'
import { createAnnouncer } from './announce.ts'
import { buildPage } from './build-page.ts'
import { serveControl } from './control-server.ts'
import { diskWarning, prepareFolders } from './disk.ts'
import { checkPorts, wantedPorts } from './free-ports.ts'
import { lockFolder } from './lock.ts'
import { lookForInstalled, type Obtained, obtainServers, startInstalled } from './obtain-servers.ts'
import { type Options, readOptions, usage } from './options.ts'
import { findOrphans, stopOrphans } from './orphans.ts'
import { diskProblem, Problem } from './problem.ts'
import { bootId, processId } from './processes.ts'
import { renderConfiguration } from './render.ts'
import { RunningStack } from './running-stack.ts'
import { createScreen, elapsed, type Screen } from './screen.ts'
import { readState, writeState } from './state.ts'
import { watchForStop } from './stop-signal.ts'
import { table } from './table.ts'

const began = Date.now()
const since = (): string => elapsed(Date.now() - began)
/** How long the ports of what was just stopped may take to become free. */
const releaseMs = 5_000
/** How often logs are bounded and the disk is looked at. */
const housekeepingMs = 10_000

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (options.help) {
    console.log(usage)
    return 0
  }
  const place = readPlace()
  prepareFolders(place)
  const screen = createScreen()
  const { tempo, grafana } = await lookForInstalled(process.env)
  const names = serviceNames.filter(
    (name) =>
      !(name === 'load' && !options.load) &&
      !(name === 'postgres' && process.env.DATABASE_URL) &&
      !(name === 'tempo' && tempo.state === 'missing') &&
      !(name === 'grafana' && grafana.state === 'missing'),
  )
  const has = (name: ServiceName) => names.includes(name)
  const unlock = lockFolder(place, consoleUrl({ place, has }))
  try {
    const removed = await removeOrphans(place, screen)
    await buildPage()
    await checkPorts(place, wantedPorts(place, names), removed ? releaseMs : 0)
    return await run(place, names, options, screen, [tempo, grafana])
  } finally {
    screen.close()
    unlock()
  }
}

/** A launcher that was killed leaves its processes behind; they hold the ports and the data. @returns whether there were any */
async function removeOrphans(place: Place, screen: Screen): Promise<boolean> {
  const orphans = findOrphans(place.run, readState(place.run))
  if (orphans.length === 0) return false
  const list = orphans.map(({ name, process }) => `${name} (${process.pid})`).join(', ')
  screen.line(`The last launcher here was killed and left running: ${list}. Stopping them.`)
  await stopOrphans(orphans)
  return true
}

async function run(
  place: Place,
  names: readonly ServiceName[],
  options: Options,
  screen: Screen,
  installed: readonly Obtained[],
): Promise<number> {
  const startedAt = new Date().toISOString()
  const launcher = processId(process.pid)
  const announcer = createAnnouncer(screen, began)
  let warned = ''
  const warn = (text: string) => {
    if (text !== warned) screen.line(text)
    warned = text
  }
  const note = () => {
    try {
      writeState(place.run, { launcher, bootId: bootId(), startedAt, offset: place.offset, services: stack.statuses() })
    } catch (error) {
      warn(diskProblem(error, place.data)?.message ?? String(error))
    }
  }
  const stack: RunningStack = new RunningStack({
    place,
    env: process.env,
    names,
    absent: new Map(
      installed.flatMap(({ name, ...server }) => (server.state === 'missing' ? [[name, server.reason] as const] : [])),
    ),
    onChange(status, output) {
      note()
      announcer.changed(stack, status, output)
    },
  })
  renderConfiguration(stack)

  const stopping = new AbortController()
  const unwatch = watchForStop({
    onStop: ({ why }) => {
      screen.line(`Stopping (${why}).`)
      stopping.abort()
    },
    onHurry: () => {
      stack.killAll()
      process.exit(1)
    },
  })
  // Whatever happens to this process, nothing it started outlives it.
  process.once('exit', () => stack.killAll())
  const control = await serveControl(stack, announcer)
  const housekeeping = setInterval(() => {
    try {
      stack.boundLogs()
      const full = diskWarning(place)
      if (full) warn(full)
    } catch (error) {
      warn(diskProblem(error, place.data)?.message ?? String(error))
    }
  }, housekeepingMs)

  try {
    for (const name of names) if (!services[name].server) void stack.start(name)
    startInstalled(stack, installed)
    const obtained = obtainServers(stack, process.env, stopping.signal, screen.progress)
    const stopped = once(stopping.signal, 'abort')
    await Promise.race([obtained.then(() => stack.untilSettled()), stopped])
    if (!stopping.signal.aborted) {
      screen.line('')
      for (const line of table(stack, stack.statuses(), stack.memory())) screen.line(line)
      screen.line(`\nEverything that can run here is up after ${since()}. Ctrl-C stops it.`)
    }
    const result =
      options.verify && !stopping.signal.aborted ? await verify(place, stopping.signal) : await stopped.then(() => 0)
    await obtained
    return stopping.signal.aborted && options.verify ? 130 : result
  } finally {
    clearInterval(housekeeping)
    await stopAll(stack, screen)
    control.close()
    unwatch()
    note()
  }
}

async function stopAll(stack: RunningStack, screen: Screen): Promise<void> {
  const start = Date.now()
  const killed = await stack.stopAll()
  screen.line(
    killed.length > 0
      ? `Stopped after ${elapsed(Date.now() - start)}; killed, since they did not end by themselves: ${killed.join(', ')}.`
      : `Stopped everything after ${elapsed(Date.now() - start)}.`,
  )
}

/** Runs the verifier against this stack. @returns its exit code */
async function verify(place: Place, signal: AbortSignal): Promise<number> {
  const env = { ...process.env, STACK_PORT_OFFSET: String(place.offset), STACK_DATA_DIR: place.data }
  const child = spawn(process.execPath, ['stack/verify/main.ts'], { cwd: root, env, stdio: 'inherit', signal })
  child.on('error', () => {})
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const known = error instanceof Problem || error instanceof SettingError
  const badArgument = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')
  if (!known && !badArgument) throw error
  console.error((error as Error).message)
  if (badArgument) console.error(`\n${usage}`)
  process.exitCode = badArgument ? 2 : 1
}
