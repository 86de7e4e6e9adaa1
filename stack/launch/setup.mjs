// Plain JavaScript, since it runs on whatever Node there is (20 or newer) before `npm start` and `npm test`:
// installs the npm packages where they are missing or not those of package-lock.json. Among them is Node 24, which npm
// then finds first on PATH for the script itself.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..')
const oldest = 20
const wanted = 24

/** @returns {Record<string, { version?: string, optional?: boolean, integrity?: string }> | undefined} */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * Whether what npm says it has installed is what the lock file asks for. Optional packages of other platforms are in
 * the one and not in the other. npm writes its own list last, so an installation that was broken off has none.
 */
function isInstalled() {
  const locked = packagesIn('package-lock.json')
  const installed = packagesIn('node_modules/.package-lock.json')
  if (!locked || !installed) return false
  return Object.entries(locked).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true
    const found = installed[path]
    return found ? found.version === version && found.integrity === integrity : optional === true
  })
}

/** What went wrong, in a sentence for people, from what npm printed. */
function explain(output) {
  if (/ENOSPC|no space left/i.test(output)) return `The disk that holds ${root} is full: free some space.`
  if (/EROFS|read-only file system/i.test(output))
    return `The disk that holds ${root} is read-only: use a copy elsewhere.`
  if (/EACCES|EPERM/.test(output)) return `${join(root, 'node_modules')} cannot be written by this user.`
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i.test(output)) {
    return 'The npm registry cannot be reached: check the network, and `npm config get registry`.'
  }
  if (/EUSAGE|can only install packages when/.test(output)) {
    return 'package.json and package-lock.json do not fit each other: run `npm install` once.'
  }
  if (/E401|E403|E404|ETARGET/.test(output))
    return 'The npm registry has not got a package: see `npm config get registry`.'
  return 'npm could not install the packages.'
}

/** Runs `npm ci` and shows for how long it has been at it. Resolves with its exit code and all it printed. */
function install() {
  // The npm that runs us, on the Node that runs us; `npm` on PATH when started by hand.
  const cli = process.env.npm_execpath
  const [file, before] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []]
  // Development packages too, even where NODE_ENV=production: types, linters and the rules' grammars are among them.
  const args = [...before, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const began = Date.now()
  const show = () => {
    const text = `installing npm packages, ${Math.round((Date.now() - began) / 1000)} s`
    process.stdout.write(process.stdout.isTTY ? `\r${text}` : `${text}\n`)
  }
  show()
  const timer = setInterval(show, process.stdout.isTTY ? 1_000 : 10_000)
  return new Promise((done) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text) => {
        output += text
      })
    }
    const end = (code) => {
      clearInterval(timer)
      const seconds = Math.round((Date.now() - began) / 1000)
      if (code === 0)
        process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}installed npm packages after ${seconds} s\n`)
      else process.stdout.write(process.stdout.isTTY ? '\n' : '')
      done({ code, output })
    }
    child.once('error', (error) => {
      output += error.message
      end(1)
    })
    child.once('close', end)
  })
}

function fail(sentence, output = '') {
  const last = output.trim().split('\n').slice(-12).join('\n')
  if (last) console.error(last)
  console.error(sentence)
  process.exit(1)
}

const major = Number(process.versions.node.split('.')[0])
if (major < oldest)
  fail(`This is Node ${process.versions.node}; the project needs ${oldest} or newer to set itself up.`)

if (!isInstalled()) {
  const { code, output } = await install()
  if (code !== 0) fail(explain(output), output)
}

// The scripts run on the Node among the packages; its own installation script fetches it, which npm can be told not to run.
const node = spawnSync(join(root, 'node_modules', '.bin', 'node'), ['--version'], { encoding: 'utf8' })
if (!(Number(/^v(\d+)/.exec(node.stdout ?? '')?.[1]) >= wanted)) {
  fail(
    `Node ${wanted} was not installed with the packages: allow their scripts (npm config set ignore-scripts false), remove node_modules, and try again.`,
  )
}
