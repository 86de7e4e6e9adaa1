import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'

const root = resolve(import.meta.dirname, '../..')

/** What these rules read of a service, in the short forms that our file uses. */
export interface ComposeService {
  image?: string
  build?: { context: string; dockerfile: string; target: string }
  command?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  ports?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  restart?: string
  user?: string
  working_dir?: string
  mem_limit?: string
  cap_drop?: string[]
  security_opt?: string[]
  profiles?: string[]
}

export interface Compose {
  services: Record<string, ComposeService>
  volumes: Record<string, unknown>
}

/** Each rule returns what is wrong, as sentences; none when all is well. */
export type Rule = (compose: Compose) => string[]

const eachService =
  (check: (service: ComposeService, name: string, compose: Compose) => string[]): Rule =>
  (compose) =>
    Object.entries(compose.services).flatMap(([name, service]) => check(service, name, compose))

/** A version of at least two numbers: `latest`, `18` and a missing tag all move. */
const pinned = (reference: string): boolean => /:v?\d+\.\d+[\w.-]*$/.test(reference)

export const imagesArePinned = eachService(({ image = '' }, name) =>
  pinned(image) ? [] : [`${name}: the image "${image}" is not pinned to a version`],
)

export const publishedLocally = eachService(({ ports = [] }, name) =>
  ports
    .filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))
    .map((port) => `${name}: ${port} is not on 127.0.0.1 only`),
)

/** Published ports of each service that has any. */
export const publishedPorts = ({ services }: Compose): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.length > 0 ? [[name, ports.map((port) => Number(port.split(':').at(-2))).sort((a, b) => a - b)]] : [],
    ),
  )

const source = (volume: string): string => volume.split(':')[0] ?? ''
const isBind = (volume: string): boolean => /^[./]/.test(volume)

/** A missing file would become an empty folder of root's. */
export const mountsExist = eachService(({ volumes = [] }, name) =>
  volumes.flatMap((volume) => {
    if (!isBind(volume)) return []
    const path = resolve(root, source(volume))
    if (!existsSync(path)) return [`${name}: ${source(volume)} does not exist`]
    return volume.endsWith(':ro') ? [] : [`${name}: ${source(volume)} can be written`]
  }),
)

export const volumesAreDeclared: Rule = ({ services, volumes }) => {
  const used = new Set(
    Object.values(services).flatMap((service) => (service.volumes ?? []).filter((it) => !isBind(it)).map(source)),
  )
  return [
    ...[...used].filter((name) => !(name in volumes)).map((name) => `volume ${name} is used but not declared`),
    ...Object.keys(volumes).flatMap((name) => (used.has(name) ? [] : [`volume ${name} is declared but not used`])),
  ]
}

/** What somebody waits for must be able to happen. */
export const dependenciesCanBeMet = eachService(({ depends_on: dependencies = {} }, name, { services }) =>
  Object.entries(dependencies).flatMap(([other, { condition }]) => {
    const target = services[other]
    if (!target) return [`${name} waits for ${other}, which is no service`]
    if (condition === 'service_healthy' && !target.healthcheck)
      return [`${name} waits for ${other}, which has no health check`]
    if (condition === 'service_completed_successfully' && target.restart !== 'no')
      return [`${name} waits for the end of ${other}, which is started again and again`]
    return []
  }),
)

export const servicesAreLimited = eachService((service, name) => [
  ...(service.mem_limit ? [] : [`${name}: no limit of memory`]),
  ...(service.restart === 'unless-stopped' || name === 'init' ? [] : [`${name}: is not started again`]),
  ...(service.security_opt?.includes('no-new-privileges:true') ? [] : [`${name}: may gain privileges`]),
])

/** What is secret comes from a file: no value beside a name that says so, no password in an address, nothing random. */
export function holdsNoSecret(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const named =
      /^\s*-?\s*\w*(PASSWORD|SECRET|TOKEN|API_KEY|CREDENTIAL)\w*\s*[:=]\s*\S/i.test(line) &&
      !/_(FILE|URL)\s*[:=]/.test(line)
    const inAddress = /:\/\/[^/\s:@]+:[^/\s@]+@/.test(line)
    const random = /\b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{24,}\b/i.test(line)
    return named || inAddress || random ? [`line ${index + 1} holds a secret`] : []
  })
}

/** A variable whose default is this machine must be set: in a container that is the container itself. */
export const addressesAreSet = (compose: Compose, name: string, files: readonly string[]): string[] => {
  const given = compose.services[name]?.environment ?? {}
  const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  const variables = [...text.matchAll(/\$\{(?:env:)?(\w+):-([^}]*)\}/g)]
  return [
    ...new Set(
      variables.flatMap(([, variable = '', fallback = '']) =>
        /127\.0\.0\.1|\.data/.test(fallback) && !(variable in given) ? [`${name}: ${variable} is not set`] : [],
      ),
    ),
  ]
}

/** Lines of a Dockerfile that are wrong: an image that moves, a last stage that runs as root, a source that is not there. */
export function dockerfileProblems(text: string): string[] {
  const stages = text.split(/^(?=FROM )/m).filter((stage) => stage.startsWith('FROM '))
  const names = new Set(stages.map((stage) => /^FROM \S+ AS (\w+)/.exec(stage)?.[1]))
  const bases = stages.map((stage) => /^FROM (\S+)/.exec(stage)?.[1] ?? '')
  const sources = [...text.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, paths = '']) =>
    paths.split(' ').slice(0, -1),
  )
  return [
    ...bases.filter((base) => !names.has(base) && !pinned(base)).map((base) => `${base} is not pinned`),
    ...stages
      .filter((stage) => /^CMD /m.test(stage) && !/^USER node$/m.test(stage))
      .map((stage) => `${stage.split('\n')[0]} runs as root`),
    ...sources.filter((path) => !existsSync(join(root, path))).map((path) => `${path} does not exist`),
  ]
}

const specification = 'github.com/compose-spec/compose-go/v2@v2.16.2'

/**
 * A check by the schema of the compose specification, from the library that `docker compose` itself uses.
 * @throws an Error that says why the schema cannot be had here
 */
export async function schemaRule(): Promise<(compose: unknown) => string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'compose-schema-'))
  try {
    const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', specification], {
      cwd: folder,
      timeout: 45_000,
    }).catch(({ code, stderr }: { code: unknown; stderr?: string }) => {
      const reason = code === 'ENOENT' ? 'Go is not installed' : (stderr?.trim().split('\n').at(-1) ?? code)
      throw new Error(`the schema of the compose specification cannot be had: ${reason}`)
    })
    const { Dir } = JSON.parse(stdout) as { Dir: string }
    const schema = JSON.parse(await readFile(join(Dir, 'schema', 'compose-spec.json'), 'utf8')) as object
    // Formats such as `duration` mean Go's durations here, not those of JSON schema.
    const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema)
    return (compose) =>
      validate(compose) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
