import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { Import } from './tree.ts'

/** Which folders the files of a folder may import from, besides their own. The longest folder that fits counts. */
const table: Readonly<Record<string, { readonly values: readonly string[]; readonly types?: readonly string[] }>> = {
  catalogue: { values: [] },
  app: { values: ['catalogue'] },
  // It runs in browsers, and speaks to the service by HTTP only.
  'app/web': { values: ['catalogue'], types: ['app'] },
  dashboards: { values: ['catalogue'] },
  alerts: { values: ['catalogue'] },
  stack: { values: ['catalogue', 'dashboards', 'alerts'] },
  // Traffic goes through the typed client; nothing of the service runs in its process.
  'stack/load': { values: [], types: ['app'] },
  // It stands in for the outside world, which knows nothing of us.
  'stack/sandbox': { values: [] },
  scripts: { values: ['catalogue', 'stack'] },
  test: { values: ['catalogue', 'app', 'dashboards', 'alerts', 'stack'] },
}

const isTest = (file: string): boolean => /\.test(-d)?\.ts$/.test(file) || isWithin(file, 'test')

const isWithin = (file: string, folder: string): boolean => file.startsWith(`${folder}/`)

const longest = (file: string, folders: readonly string[]): string | undefined =>
  folders.filter((folder) => isWithin(file, folder)).sort((a, b) => b.length - a.length)[0]

/** `app/modules/<name>`, for files of a module. */
const moduleOf = (file: string): string | undefined => /^app\/modules\/[^/]+(?=\/)/.exec(file)?.[0]

/** Why a file may not have this import; undefined when it may. */
export function forbidden(file: string, { target, isOurs, isType }: Import): string | undefined {
  // Who we are and in which version, anybody may read.
  if (!isOurs || target === 'package.json') return undefined
  const room = longest(file, Object.keys(table))
  if (room === undefined) return `${file} is in no room`
  // Tests beside the code keep to their room's table as well, and may use what helps all tests.
  if (isWithin(target, 'test') && isTest(file)) return undefined
  const [own, other] = [moduleOf(file), moduleOf(target)]
  if (own && other && own !== other) return 'a module never imports another: they meet through queues, events and deps'
  const { values, types = [] } = table[room] ?? { values: [] }
  const allowed = [room, ...values, ...(isType ? types : [])]
  if (allowed.some((folder) => isWithin(target, folder))) return undefined
  if (types.some((folder) => isWithin(target, folder)))
    return `${room} may import types of ${posix.dirname(target)} only`
  return `${room} may import from ${[...values, ...types.map((folder) => `${folder} (types)`)].join(', ') || 'nothing else of ours'}`
}

/** What package.json says must be there. */
export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

/** It runs where the page is built, never in the app's image. */
const buildsOnly = 'app/web/build.ts'

/** The same for packages: what runs in the app's image, where development's packages are not, must not need them. */
export function undeclared(file: string, { target, isOurs, isType }: Import, manifest: Manifest): string | undefined {
  if (isOurs || isBuiltin(target)) return undefined
  const name = target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
  if (name in manifest.dependencies) return undefined
  const isDevelopments = name in manifest.devDependencies || `@types/${name}` in manifest.devDependencies
  if (!isDevelopments) return `${name} is not in package.json`
  return isType || isTest(file) || file === buildsOnly ? undefined : `${name} is in devDependencies only`
}
