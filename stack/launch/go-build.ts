import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { GoBuild } from '../servers/servers.ts'

/** How many of the compiler's last lines go into the message of a failed build. */
const keptLines = 15

/** A server could not be built; the message is for the person who typed `npm start`. */
export class ServerBuildError extends Error {
  override readonly name = 'ServerBuildError'
}

export interface GoRun {
  readonly go: string
  /** Folder of the Go module. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal | undefined
  /** Called for each line that go writes to stderr: modules downloaded, packages compiled. */
  readonly onLine?: ((line: string) => void) | undefined
}

/**
 * Flags that change the binary: a part of the cache's key.
 * -trimpath and no VCS stamp make the result independent of where the checkout is, so all checkouts share one build.
 */
export function buildFlags(build: GoBuild, version: string): string[] {
  const stamp = build.versionVariable === '' ? '' : ` -X ${build.versionVariable}=${version}`
  return [
    '-mod=readonly',
    '-trimpath',
    '-buildvcs=false',
    ...(build.tags === '' ? [] : ['-tags', build.tags]),
    // Without symbol tables the five servers take 330 instead of 480 MB.
    '-ldflags',
    `-s -w${stamp}`,
  ]
}

/** Downloads the modules that the packages need, and no others: `go mod download` would fetch all that are listed. */
export async function downloadModules(run: GoRun, build: GoBuild): Promise<void> {
  const tags = build.tags === '' ? [] : ['-tags', build.tags]
  await runGo(run, ['list', '-mod=readonly', ...tags, '-deps', '-f', '{{""}}', ...Object.values(build.packages)])
}

/** Compiles each binary into `folder`. */
export async function compile(run: GoRun, build: GoBuild, version: string, folder: string): Promise<void> {
  for (const [binary, packagePath] of Object.entries(build.packages)) {
    await runGo(run, ['build', '-v', ...buildFlags(build, version), '-o', join(folder, binary), packagePath])
  }
}

/** What `go version` says inside the module's folder, where the module may ask for another toolchain than the default. */
export async function goVersion(run: GoRun): Promise<string> {
  return (await runGo(run, ['version'])).trim()
}

/**
 * Runs go at low priority in a process group of its own, so that an abort also ends the compilers it started.
 * Resolves with stdout; rejects with the signal's reason when aborted, else with a ServerBuildError.
 */
export async function runGo(run: GoRun, args: readonly string[]): Promise<string> {
  run.signal?.throwIfAborted()
  const child = spawn(run.go, args, {
    cwd: run.folder,
    // A workspace file above the checkout must not change what is built; without cgo no C compiler is needed.
    env: { ...run.env, CGO_ENABLED: '0', GOWORK: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Already gone.
    }
  }
  run.signal?.addEventListener('abort', killGroup)
  process.on('exit', killGroup)
  try {
    // The CRM itself must answer while servers are still being built.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended already.
  }
  const tail: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    run.onLine?.(line)
    tail.push(line)
    if (tail.length > keptLines) tail.shift()
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    run.signal?.throwIfAborted()
    if (code === 0) return output
    throw new ServerBuildError(explain(tail, code))
  } finally {
    run.signal?.removeEventListener('abort', killGroup)
    process.off('exit', killGroup)
  }
}

/** The known outside causes in words, then go's own last lines. */
function explain(tail: readonly string[], code: number | null): string {
  const text = tail.join('\n')
  const cause = causes.find(({ pattern }) => pattern.test(text))?.words
  return [cause ?? `go ended with ${code === null ? 'a signal' : `code ${code}`}.`, ...tail].join('\n')
}

const causes = [
  {
    pattern: /no space left on device/i,
    words: 'The disk is full (Go also needs about 3 GB for its own build cache).',
  },
  { pattern: /requires go >= [\d.]+/, words: 'The installed Go is too old.' },
  {
    pattern:
      /dial tcp|no such host|i\/o timeout|TLS handshake|connection re(?:fused|set)|proxyconnect|context deadline/i,
    words: 'The Go modules could not be downloaded: check the network, or GOPROXY.',
  },
  { pattern: /read-only file system|permission denied/i, words: 'A folder cannot be written.' },
]
