import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let root: string
const packages = { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'x' } }

/** A checkout with the setup alone, a lock file, and an npm that does what it is told here. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'setup-'))
  mkdirSync(join(root, 'stack', 'launch'), { recursive: true })
  cpSync(join(import.meta.dirname, 'setup.mjs'), join(root, 'stack', 'launch', 'setup.mjs'))
  writeJson('package-lock.json', { packages })
})
afterEach(() => rmSync(root, { recursive: true }))

const writeJson = (file: string, value: unknown) => writeFileSync(join(root, file), JSON.stringify(value))

function installed(listed: object): void {
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true })
  writeJson('node_modules/.package-lock.json', { packages: listed })
  symlinkSync(process.execPath, join(root, 'node_modules', '.bin', 'node'))
}

function setup(npm: string) {
  writeFileSync(join(root, 'npm.js'), npm)
  const env = { ...process.env, npm_execpath: join(root, 'npm.js') }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['stack/launch/setup.mjs'], {
    cwd: root,
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const mustNotRun = 'process.exit(9)'
/** What `npm ci` leaves behind. */
const npm = `const fs = require('fs'); fs.writeFileSync('arguments', process.argv.slice(2).join(' '));
fs.mkdirSync('node_modules/.bin', { recursive: true }); fs.symlinkSync(process.execPath, 'node_modules/.bin/node')`

test('nothing is said or done when the packages are those of the lock file', () => {
  installed({ 'node_modules/a': { version: '1.0.0', integrity: 'x' } })
  expect(setup(mustNotRun)).toEqual({ status: 0, stdout: '', stderr: '' })
})

test('an optional package of another platform is not missed', () => {
  writeJson('package-lock.json', {
    packages: { ...packages, 'node_modules/mac': { version: '1.0.0', optional: true } },
  })
  installed({ 'node_modules/a': { version: '1.0.0', integrity: 'x' } })
  expect(setup(mustNotRun).status).toBe(0)
})

test('without packages they are installed, development packages too', () => {
  const { status, stdout } = setup(npm)
  expect(stdout).toMatch(/^installing npm packages, 0 s\ninstalled npm packages after \d+ s\n$/)
  expect(status).toBe(0)
  expect(existsSync(join(root, 'node_modules', '.bin', 'node'))).toBe(true)
})

test('a lock file that changed means an installation', () => {
  installed({ 'node_modules/a': { version: '0.9.0', integrity: 'x' } })
  expect(setup('').stdout).toContain('installed npm packages')
})

test.for([
  ['npm error code ENOTFOUND', 'The npm registry cannot be reached'],
  ['npm error ENOSPC: no space left on device', 'is full: free some space'],
  ['npm error EROFS: read-only file system', 'is read-only'],
  ['npm error code EUSAGE', 'do not fit each other: run `npm install` once'],
  ['npm error something else', 'npm could not install the packages.'],
] as const)('%s', ([printed, sentence]) => {
  const { status, stderr } = setup(`console.error(${JSON.stringify(printed)}); process.exit(1)`)
  expect(stderr).toContain(printed)
  expect(stderr.trim().split('\n').at(-1)).toContain(sentence)
  expect(status).toBe(1)
})

test('packages whose scripts did not run lack their Node', () => {
  const { status, stderr } = setup('')
  expect(stderr).toContain('Node 24 was not installed with the packages')
  expect(status).toBe(1)
})
