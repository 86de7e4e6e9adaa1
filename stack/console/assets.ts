import { readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { Hono } from 'hono'

const here = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8')
const uplot = (file: string): string =>
  readFileSync(join(createRequire(import.meta.url).resolve('uplot/package.json'), '..', 'dist', file), 'utf8')

const javascript = 'text/javascript; charset=utf-8'
const css = 'text/css; charset=utf-8'

/** What pages load, by name. Modules that run on both sides are TypeScript, served without their types. */
const files: Readonly<Record<string, { readonly type: string; readonly read: () => string }>> = {
  'style.css': { type: css, read: () => here('assets', 'style.css') },
  'client.js': { type: javascript, read: () => here('assets', 'client.js') },
  'panels.js': { type: javascript, read: () => here('assets', 'panels.js') },
  'plot.js': { type: javascript, read: () => here('assets', 'plot.js') },
  'elements.js': { type: javascript, read: () => here('assets', 'elements.js') },
  'colours.js': { type: javascript, read: () => here('assets', 'colours.js') },
  'units.js': { type: javascript, read: () => stripTypeScriptTypes(here('units.ts')) },
  'uplot.js': { type: javascript, read: () => uplot('uPlot.esm.js') },
  'uplot.css': { type: css, read: () => uplot('uPlot.min.css') },
}

export function assets(): Hono {
  return new Hono().get('/:name', (c) => {
    const name = c.req.param('name')
    const file = Object.hasOwn(files, name) ? files[name] : undefined
    if (!file) return c.notFound()
    return c.body(file.read(), 200, { 'content-type': file.type, 'cache-control': 'no-cache' })
  })
}
