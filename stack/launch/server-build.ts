import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import {
  type BinaryName,
  type GoBuild,
  type ServerName,
  type ServerSpec,
  serverNames,
  servers,
} from '../servers/servers.ts'
import { withLock } from './build-lock.ts'
import { type BuildProgress, progressReporter, type Reporter } from './build-progress.ts'
import { buildFlags, compile, downloadModules, type GoRun, goVersion, ServerBuildError } from './go-build.ts'
import { findOnPath, fits, versionOf } from './server-binary.ts'

const modulesFolder = join(import.meta.dirname, '..', 'servers')
const compose = '`docker compose up`, which brings everything'

export type { BuildProgress }

export interface EnsureOptions {
  /** Called at the beginning of each step and then about once a second. */
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined
  /** Aborting kills the compiler and its children; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** PATH, CRM_OBSERVABILITY_CACHE, XDG_CACHE_HOME and whatever go reads; the process' own by default. */
  readonly env?: NodeJS.ProcessEnv | undefined
}

export interface ReadyServer<N extends ServerName> {
  readonly state: 'ready'
  readonly name: N
  readonly version: string
  readonly origin: 'path' | 'built' | 'cached'
  /** Absolute path of each binary. */
  readonly binaries: Readonly<Record<BinaryName<N>, string>>
}

export interface MissingServer {
  readonly state: 'missing'
  readonly name: ServerName
  /** One sentence: what was looked for, and what to install. */
  readonly reason: string
}

/**
 * Makes a server's binaries available: from PATH when there in a fitting version, else from the cache, else by
 * building its Go module into the cache (minutes). Building twice at once, also from two processes, builds once.
 * `missing` when there is neither a fitting binary nor a fitting Go. Rejects with ServerBuildError when the build
 * fails (compiler, network, disk) and with the signal's reason when aborted.
 */
export async function ensureServer<N extends ServerName>(
  name: N,
  options: EnsureOptions = {},
): Promise<ReadyServer<N> | MissingServer> {
  const spec: ServerSpec = servers[name]
  const env = options.env ?? process.env
  const ready = (version: string, origin: ReadyServer<N>['origin'], binaries: Record<string, string>) =>
    ({ state: 'ready', name, version, origin, binaries }) as ReadyServer<N>
  const missing = (reason: string): MissingServer => ({ state: 'missing', name, reason })

  const installed = await findInstalled(spec, env.PATH ?? '')
  if (installed.binaries) return ready(installed.version, 'path', installed.binaries)
  if (!spec.build) return missing(`${installed.reason}: install ${spec.title} ${spec.version}, or use ${compose}.`)

  const go = await findOnPath('go', env.PATH ?? '')
  if (!go) {
    return missing(
      `${installed.reason} and there is no Go to build it: install Go (https://go.dev/dl), or use ${compose}.`,
    )
  }
  const folder = join(modulesFolder, name)
  const run: GoRun = { go, folder, env, signal: options.signal }
  const needed = /^go (\S+)/m.exec(await readFile(join(folder, 'go.mod'), 'utf8'))?.[1]
  let toolchain: string
  try {
    toolchain = await goVersion(run)
  } catch (error) {
    if (!(error instanceof ServerBuildError)) throw error
    return missing(`${installed.reason} and ${go} cannot build it: install Go ${needed} or newer, or use ${compose}.`)
  }

  const key = await cacheKey(name, spec.version, spec.build, toolchain)
  const cache = join(cacheRoot(env), 'servers')
  const target = join(cache, key)
  const binaries = Object.fromEntries(Object.keys(spec.build.packages).map((binary) => [binary, join(target, binary)]))
  if (await areExecutable(Object.values(binaries))) return ready(spec.version, 'cached', binaries)

  const progress = progressReporter(name, options.onProgress)
  try {
    return await explainingDisk(cache, async () => {
      await mkdir(cache, { recursive: true })
      return withLock(
        join(cache, `${key}.lock`),
        async () => {
          // Whoever held the lock before us may have built it.
          if (await areExecutable(Object.values(binaries))) return ready(spec.version, 'cached', binaries)
          await buildInto(target, run, spec, progress)
          return ready(spec.version, 'built', binaries)
        },
        { signal: options.signal, onWait: () => progress.step('wait') },
      )
    })
  } catch (error) {
    if (!(error instanceof ServerBuildError)) throw error
    throw new ServerBuildError(`${spec.title} ${spec.version} could not be built. ${error.message}`)
  } finally {
    progress.stop()
  }
}

/** Where builds are kept: outside the checkout, so that every checkout and a fresh clone find them. */
export function cacheRoot(env: NodeJS.ProcessEnv): string {
  if (env.CRM_OBSERVABILITY_CACHE) return env.CRM_OBSERVABILITY_CACHE
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'crm-observability')
}

/** All of the server's binaries on PATH in a fitting version, or the beginning of a sentence that says why not. */
async function findInstalled(
  spec: ServerSpec,
  path: string,
): Promise<{ binaries: Record<string, string>; version: string } | { binaries?: undefined; reason: string }> {
  const range = `${spec.accepts.from} or newer, below ${spec.accepts.below}`
  const binaries: Record<string, string> = {}
  let version = ''
  for (const [binary, command] of Object.entries(spec.onPath)) {
    const file = await findOnPath(command, path)
    if (!file) return { reason: `${spec.title} (${range}) is not on PATH` }
    const found = await versionOf(file, spec.versionArgs)
    // Somebody's own build may carry no version. Where we could not build a better one, it gets the benefit of the doubt.
    const fitting = found ? fits(found, spec.accepts) : !spec.build
    if (!fitting) {
      return {
        reason: `${file} is ${found ? `version ${found}` : 'of an unknown version'}, which does not fit (${range})`,
      }
    }
    if (binary === Object.keys(spec.onPath)[0]) version = found ?? 'unknown'
    binaries[binary] = file
  }
  return { binaries, version }
}

async function buildInto(target: string, run: GoRun, spec: ServerSpec, progress: Reporter): Promise<void> {
  if (!spec.build) return
  const unfinished = `${target}.unfinished`
  // Left by a build that was killed; we hold the lock, so nobody else works in it.
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished)
  try {
    progress.step('download', 'modules')
    await downloadModules(
      { ...run, onLine: (line) => line.startsWith('go: downloading') && progress.count() },
      spec.build,
    )
    progress.step('compile', 'packages')
    await compile({ ...run, onLine: () => progress.count() }, spec.build, spec.version, unfinished)
    // Folders appear complete or not at all.
    await rm(target, { recursive: true, force: true })
    await rename(unfinished, target)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

/** Name, version and a hash of everything that decides what the binary is. */
async function cacheKey(name: ServerName, version: string, build: GoBuild, toolchain: string): Promise<string> {
  const folder = join(modulesFolder, name)
  const hash = createHash('sha256').update(JSON.stringify([toolchain, buildFlags(build, version), build.packages]))
  for (const file of (await readdir(folder)).sort()) {
    // The server's configuration lives there too, and does not change the binary.
    if (!/^go\.(mod|sum)$|\.go$/.test(file)) continue
    hash.update(`\0${file}\0`).update(await readFile(join(folder, file)))
  }
  return `${name}-${version}-${hash.digest('hex').slice(0, 16)}`
}

async function areExecutable(files: readonly string[]): Promise<boolean> {
  try {
    await Promise.all(files.map((file) => access(file, constants.X_OK)))
    return true
  } catch {
    return false
  }
}

async function explainingDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC') throw new ServerBuildError(`The disk that holds ${folder} is full.`)
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM' || code === 'ENOTDIR') {
      throw new ServerBuildError(
        `${folder} cannot be written (${code}): set CRM_OBSERVABILITY_CACHE to a folder that can.`,
      )
    }
    throw error
  }
}

/** `node stack/launch/server-build.ts [name…]`: makes the named servers, or all that can be built, available. */
async function main(names: readonly string[], signal: AbortSignal): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(servers, name))
  if (unknown.length > 0) {
    console.error(`No such server: ${unknown.join(', ')}. There are ${serverNames.join(', ')}.`)
    return 2
  }
  let failed = 0
  for (const name of names.length > 0 ? (names as ServerName[]) : serverNames) {
    let shown = ''
    try {
      const server = await ensureServer(name, {
        signal,
        onProgress({ step, elapsedSeconds, detail }) {
          // One line at each step and each ten seconds: readable in a terminal and in a CI log.
          const mark = `${step} ${Math.floor(elapsedSeconds / 10)}`
          if (mark !== shown) console.log(`${name.padEnd(14)}${step.padEnd(10)}${elapsedSeconds} s  ${detail}`)
          shown = mark
        },
      })
      const told = server.state === 'ready' ? `${server.version} (${server.origin})` : server.reason
      console.log(`${name.padEnd(14)}${server.state.padEnd(10)}${told}`)
      if (server.state === 'missing' && 'build' in servers[name]) failed += 1
    } catch (error) {
      if (signal.aborted) return 130
      if (!(error instanceof ServerBuildError)) throw error
      console.error(error.message)
      failed += 1
    }
  }
  return failed === 0 ? 0 : 1
}

if (import.meta.main) {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  process.exitCode = await main(process.argv.slice(2), stop.signal)
}
