import { readdirSync, readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { Hono } from 'hono'

const folder = join(import.meta.dirname, 'assets')
const uplot = (file: string): string =>
  join(createRequire(import.meta.url).resolve('uplot/package.json'), '..', 'dist', file)

const javascript = 'text/javascript; charset=utf-8'
const css = 'text/css; charset=utf-8'

interface Asset {
  readonly type: string
  readonly read: () => string
}

/** Modules that run on both sides are TypeScript: the browser gets them under their own name, without their types. */
function assetOf(path: string): Asset {
  const read = () => readFileSync(join(folder, path), 'utf8')
  if (path.endsWith('.css')) return { type: css, read }
  return { type: javascript, read: path.endsWith('.ts') ? remembered(read, stripTypeScriptTypes) : read }
}

/** Works out anew only what has changed. */
function remembered(read: () => string, work: (text: string) => string): () => string {
  let [from, made] = ['', '']
  return () => {
    const text = read()
    if (text !== from) [from, made] = [text, work(text)]
    return made
  }
}

/** What pages load, by path. Only what is in this table is ever read. */
function table(): ReadonlyMap<string, Asset> {
  const own = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(js|css|ts)$/.test(path) && !path.endsWith('.test.ts'))
  return new Map([
    ...own.map((path) => [path, assetOf(path)] as const),
    ['uplot.js', { type: javascript, read: () => readFileSync(uplot('uPlot.esm.js'), 'utf8') }],
    ['uplot.css', { type: css, read: () => readFileSync(uplot('uPlot.min.css'), 'utf8') }],
  ])
}

export function assets(): Hono {
  const files = table()
  return new Hono().get('/:path{.+}', (c) => {
    const file = files.get(c.req.param('path'))
    if (!file) return c.notFound()
    return c.body(file.read(), 200, { 'content-type': file.type, 'cache-control': 'no-cache' })
  })
}
