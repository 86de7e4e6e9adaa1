import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type Context, Hono } from 'hono'
import { DomainError, notFound } from '../../errors.ts'
import type { AppEnv } from '../../http/env.ts'
import { pageFolder } from '../../web/place.ts'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Addresses that the page itself tells apart. */
const views = ['/', '/leads', '/deals', '/admin', '/admin/*'] as const

/** A file's name holds a hash of what is in it. */
const forever = 'public, max-age=31536000, immutable'

const compressed = promisify(gzip)

interface File {
  readonly type: string
  readonly plain: ArrayBuffer
  readonly gzipped: ArrayBuffer
}

interface Built {
  readonly html: File
  readonly files: ReadonlyMap<string, File>
}

/** Compressed once, not at each request. */
const readFileOf = async (path: string, type: string): Promise<File> => {
  const content = await readFile(path)
  return { type, plain: bufferOf(content), gzipped: bufferOf(await compressed(content, { level: 9 })) }
}

const bufferOf = (content: Uint8Array): ArrayBuffer => new Uint8Array(content).buffer

const readBuilt = async (folder: string): Promise<Built> => {
  const names = (await readdir(folder)).filter((name) => extname(name) in types)
  const files = await Promise.all(
    names.map(async (name) => [name, await readFileOf(join(folder, name), types[extname(name)] ?? '')] as const),
  )
  return { html: await readFileOf(join(folder, 'index.html'), 'text/html; charset=utf-8'), files: new Map(files) }
}

const answerFile = (c: Context<AppEnv>, { type, plain, gzipped }: File, caching: string) => {
  const isGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
  return c.body(isGzip ? gzipped : plain, 200, {
    'content-type': type,
    'cache-control': caching,
    vary: 'accept-encoding',
    ...(isGzip && { 'content-encoding': 'gzip' }),
  })
}

/** The page, as `npm run build:web` left it; read once, at the first request. */
export const pageRoutes = (folder = pageFolder) => {
  let built: Promise<Built> | undefined
  const page = async (): Promise<Built> => {
    built ??= readBuilt(folder)
    try {
      return await built
    } catch (error) {
      built = undefined
      throw new DomainError(
        'dependency_unavailable',
        'The page is not built: run npm run build:web. The API is at /docs.',
        { cause: error },
      )
    }
  }
  const routes = new Hono<AppEnv>()
  for (const view of views) {
    routes.get(view, async (c) => answerFile(c, (await page()).html, 'no-cache'))
  }
  return routes.get('/page/:file', async (c) => {
    const file = (await page()).files.get(c.req.param('file'))
    if (!file) throw notFound('file')
    return answerFile(c, file, forever)
  })
}
