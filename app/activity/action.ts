/** What each method does to what a route names. */
const verbs: Readonly<Record<string, string>> = {
  POST: 'created',
  PUT: 'updated',
  PATCH: 'updated',
  DELETE: 'deleted',
}

/** `contacts` → `contact`, `activities` → `activity`; `status` stays. */
const singular = (word: string): string => {
  if (/(ss|us)$/.test(word)) return word
  return word.replace(/ies$/, 'y').replace(/s$/, '')
}

/**
 * What a request did, from its method and its route's template: `POST /api/contacts` → `contact.created`,
 * `POST /api/contacts/:id/merge` → `contact.merge`, `GET /api/contacts` → `contact.listed`. As many as there are routes.
 */
export const actionOf = (method: string, route: string): string => {
  const parts = route.split('/').filter((part) => part !== '' && part !== 'api')
  const [first = 'page', ...others] = parts.filter((part) => !part.startsWith(':'))
  const subject = [singular(first), ...others].join('.').replaceAll('-', '_')
  const isWhole = parts.length <= 1
  const endsWithId = parts.at(-1)?.startsWith(':') ?? false
  if (method === 'GET') return `${subject}.${isWhole ? 'listed' : 'viewed'}`
  // What follows an id, or a folder of several words, says by itself what is done.
  if (method === 'POST' && !isWhole && !endsWithId) return subject
  return `${subject}.${verbs[method] ?? 'changed'}`
}
