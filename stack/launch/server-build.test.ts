import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ServerBuildError } from './go-build.ts'
import { type BuildProgress, ensureServer } from './server-build.ts'

/** A folder of its own for PATH, the cache, and what the fake go leaves behind. */
let home: string
let env: NodeJS.ProcessEnv

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'server-build-'))
  await mkdir(join(home, 'bin'))
  // The fakes are shell scripts: they need a shell and its tools, and nothing else is to be found.
  env = { PATH: join(home, 'bin'), CRM_OBSERVABILITY_CACHE: join(home, 'cache'), HOME: home }
})

afterEach(() => rm(home, { recursive: true, force: true }))

async function install(name: string, script: string): Promise<void> {
  const file = join(home, 'bin', name)
  await writeFile(file, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`)
  await chmod(file, 0o755)
}

/** A go whose `build` runs `build` with $out as the binary's path, and notes each call. */
const installGo = (build: string, version = 'go version go1.26.8 linux/amd64') =>
  install(
    'go',
    `echo "$@" >> ${home}/calls
     case "$1" in
       version) echo "${version}" ;;
       list) echo "go: downloading example.org/module v1.0.0" >&2 ;;
       build)
         while [ "$1" != -o ]; do shift; done; out="$2"
         ${build} ;;
     esac`,
  )

const calls = async () => (await readFile(join(home, 'calls'), 'utf8')).trim().split('\n')
const builds = async () => (await calls()).filter((call) => call.startsWith('build'))
const goodBuild = 'echo example.org/package >&2; echo "#!/bin/sh" > "$out"; chmod +x "$out"'

test('a fitting binary on PATH is used as it is', async () => {
  await install('node_exporter', 'echo "node_exporter, version 1.9.0 (branch: HEAD)"; echo "go version: go1.24.1"')
  expect(await ensureServer('node-exporter', { env })).toEqual({
    state: 'ready',
    name: 'node-exporter',
    version: '1.9.0',
    origin: 'path',
    binaries: { node_exporter: join(home, 'bin', 'node_exporter') },
  })
})

test('a binary that does not fit is built anew', async () => {
  await install('node_exporter', 'echo "node_exporter, version 0.18.1" >&2')
  await installGo(goodBuild)
  expect(await ensureServer('node-exporter', { env })).toMatchObject({ origin: 'built', version: '1.12.1' })
})

test('a server of two binaries needs both on PATH', async () => {
  await install('prometheus', 'echo "prometheus, version 3.15.2"')
  expect(await ensureServer('prometheus', { env })).toMatchObject({ state: 'missing' })
  await install('promtool', 'echo "promtool, version 3.15.2"')
  expect(await ensureServer('prometheus', { env })).toMatchObject({ origin: 'path', version: '3.15.2' })
})

test('without Go and without the server one sentence says what to do', async () => {
  expect(await ensureServer('loki', { env })).toEqual({
    state: 'missing',
    name: 'loki',
    reason:
      'Loki (3.7.0 or newer, below 4.0.0) is not on PATH and there is no Go to build it: install Go (https://go.dev/dl), or use `docker compose up`, which brings everything.',
  })
})

test('a server that is in no Go module is only looked for', async () => {
  await installGo(goodBuild)
  expect(await ensureServer('tempo', { env })).toMatchObject({
    state: 'missing',
    reason:
      'Tempo (3.0.0 or newer, below 4.0.0) is not on PATH: install Tempo 3.0.3, or use `docker compose up`, which brings everything.',
  })
  // Built by somebody without a version stamp: below stands only Go's own version.
  await install('tempo', 'echo "tempo, version  (branch: , revision: unknown)"; echo "  go version: go1.26.8"')
  expect(await ensureServer('tempo', { env })).toMatchObject({ state: 'ready', version: 'unknown', origin: 'path' })
  await install('tempo', 'echo "tempo, version 2.9.0"')
  expect(await ensureServer('tempo', { env })).toMatchObject({ state: 'missing' })
})

test('a Go that is too old counts as none', async () => {
  await install('go', 'echo "go: go.mod requires go >= 1.26.5 (running go 1.22.2; GOTOOLCHAIN=local)" >&2; exit 1')
  expect(await ensureServer('loki', { env })).toMatchObject({
    state: 'missing',
    reason: expect.stringContaining('install Go 1.26.5 or newer'),
  })
})

test('builds once, reports its steps, and finds the build the next time', async () => {
  await installGo(goodBuild)
  const steps: BuildProgress['step'][] = []
  const first = await ensureServer('prometheus', { env, onProgress: ({ step }) => steps.push(step) })
  const second = await ensureServer('prometheus', { env })
  expect(steps).toEqual(['download', 'compile'])
  expect(first).toMatchObject({ state: 'ready', origin: 'built', version: '3.15.0' })
  expect(second).toEqual({ ...first, origin: 'cached' })
  expect(await builds()).toEqual([
    expect.stringMatching(
      /-tags remove_all_sd .*version\.Version=3\.15\.0 .*\/prometheus github\.com.*\/cmd\/prometheus$/,
    ),
    expect.stringMatching(/\/promtool github\.com.*\/cmd\/promtool$/),
  ])
  // Nothing half done and no lock is left.
  expect(await readdir(join(home, 'cache', 'servers'))).toEqual([
    expect.stringMatching(/^prometheus-3\.15\.0-[0-9a-f]{16}$/),
  ])
})

test('another version of Go is another build', async () => {
  await installGo(goodBuild)
  await ensureServer('node-exporter', { env })
  await installGo(goodBuild, 'go version go1.27.0 linux/amd64')
  expect(await ensureServer('node-exporter', { env })).toMatchObject({ origin: 'built' })
})

test('two at once build once: the second waits', async () => {
  await installGo(`sleep 0.5; ${goodBuild}`)
  const steps: BuildProgress['step'][] = []
  const [first, second] = await Promise.all([
    ensureServer('node-exporter', { env }),
    sleep(100).then(() => ensureServer('node-exporter', { env, onProgress: ({ step }) => steps.push(step) })),
  ])
  expect(first).toMatchObject({ origin: 'built' })
  expect(second).toMatchObject({ origin: 'cached' })
  expect(steps).toEqual(['wait'])
  expect(await builds()).toHaveLength(1)
})

test('what a killed build left behind is taken over', async () => {
  await installGo(goodBuild)
  const { binaries } = (await ensureServer('node-exporter', { env })) as { binaries: { node_exporter: string } }
  const target = join(binaries.node_exporter, '..')
  const gone = spawn('true')
  await once(gone, 'exit')
  await rm(target, { recursive: true })
  await mkdir(`${target}.unfinished`)
  await writeFile(`${target}.lock`, String(gone.pid))
  expect(await ensureServer('node-exporter', { env })).toMatchObject({ origin: 'built' })
  expect(await readdir(join(home, 'cache', 'servers'))).toHaveLength(1)
})

test('a failed build says the last lines of the compiler, and leaves nothing', async () => {
  await installGo('echo "x.go:3:1: syntax error" >&2; exit 1')
  const error = await ensureServer('node-exporter', { env }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ServerBuildError)
  expect((error as Error).message).toBe(
    'node_exporter 1.12.1 could not be built. go ended with code 1.\nx.go:3:1: syntax error',
  )
  expect(await readdir(join(home, 'cache', 'servers'))).toEqual([])
})

test.each([
  ['write /tmp/x: no space left on device', 'The disk is full'],
  ['dial tcp: lookup modules.example: no such host', 'could not be downloaded: check the network, or GOPROXY'],
])('%s is named', async (line, words) => {
  await installGo(`echo "${line}" >&2; exit 1`)
  await expect(ensureServer('node-exporter', { env })).rejects.toThrow(words)
})

test('a cache that is a file is named', async () => {
  await installGo(goodBuild)
  await writeFile(join(home, 'cache'), '')
  await expect(ensureServer('node-exporter', { env })).rejects.toThrow(
    'cannot be written (ENOTDIR): set CRM_OBSERVABILITY_CACHE',
  )
})

test('an abort kills the compiler with its children', async () => {
  // The child is what really compiles; its id tells whether it is still there.
  await installGo(`sleep 60 & echo $! > ${home}/child; wait`)
  const stop = new AbortController()
  const building = ensureServer('node-exporter', { env, signal: stop.signal })
  building.catch(() => {})
  let child = 0
  await expect
    .poll(async () => (child = Number(await readFile(join(home, 'child'), 'utf8').catch(() => ''))))
    .toBeGreaterThan(0)
  stop.abort()
  await expect(building).rejects.toMatchObject({ name: 'AbortError' })
  await expect.poll(() => isRunning(child)).toBe(false)
  expect(await readdir(join(home, 'cache', 'servers'))).toEqual([])
})

/** A killed process whose parent is gone too may stay as a zombie until init looks. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX')
  return !/^State:\t[XZ]/m.test(status)
}
