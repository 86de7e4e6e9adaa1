import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { notFound } from '../../errors.ts'
import type { AppEnv } from '../../http/env.ts'

/** Swagger UI's own files, served from here: the page works offline. */
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>CRM API</title>
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
<script type="module" src="/assets/web-vitals.js"></script>
</body>
</html>
`

/** A file of its own: the content security policy allows no inline scripts. Whatever changes something carries the session's token. */
const startScript = `const requestInterceptor = async (request) => {
  // What it reads first, the list of operations, has no method.
  if ((request.method ?? 'GET') === 'GET' || new URL(request.url, location.href).origin !== location.origin) return request
  // Asked each time: somebody else may have signed in meanwhile.
  const me = await fetch('/api/auth/me').catch(() => undefined)
  if (me?.ok) request.headers['X-CSRF-Token'] = (await me.json()).csrfToken
  return request
}
SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, tryItOutEnabled: true, requestInterceptor })
`

/** `/docs`: a page to try the API. The session cookie of a sign-in in the same browser is used. */
export const docsRoutes = () =>
  new Hono<AppEnv>()
    .get('/docs', (c) => c.html(page))
    .get('/docs/start.js', (c) => c.body(startScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }))
    .get('/docs/assets/:file', async (c) => {
      const file = c.req.param('file')
      const type = assets[file]
      if (type === undefined) throw notFound('file')
      const content = await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${file}`)))
      return c.body(content, 200, { 'content-type': type, 'cache-control': 'max-age=3600' })
    })
