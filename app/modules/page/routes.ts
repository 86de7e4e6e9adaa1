import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Hono } from 'hono'
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

interface Built {
  readonly html: string
  readonly files: ReadonlyMap<string, { readonly type: string; readonly body: ArrayBuffer }>
}

const readBuilt = async (folder: string): Promise<Built> => {
  const names = (await readdir(folder)).filter((name) => extname(name) in types)
  const files = await Promise.all(
    names.map(async (name) => {
      const { buffer } = new Uint8Array(await readFile(join(folder, name)))
      return [name, { type: types[extname(name)] ?? '', body: buffer }] as const
    }),
  )
  return { html: await readFile(join(folder, 'index.html'), 'utf8'), files: new Map(files) }
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
    routes.get(view, async (c) => {
      c.header('cache-control', 'no-cache')
      return c.html((await page()).html)
    })
  }
  return routes.get('/page/:file', async (c) => {
    const file = (await page()).files.get(c.req.param('file'))
    if (!file) throw notFound('file')
    return c.body(file.body, 200, { 'content-type': file.type, 'cache-control': forever })
  })
}
