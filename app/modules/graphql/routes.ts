import { createYoga } from 'graphql-yoga'
import { Hono } from 'hono'
import type { Deps } from '../../deps.ts'
import type { SignedInEnv } from '../../http/env.ts'
import { signedIn } from '../../http/session.ts'
import { executionPlugin, maskError, measureRefused } from './execute.ts'
import { createLoaders } from './loaders.ts'
import { createGraphqlSchema, type GraphqlContext } from './schema.ts'
import type { GraphqlSources } from './sources.ts'

/**
 * `POST /graphql`: contacts, deals and activities of the workspace of whoever is signed in. There is no GraphiQL: its page
 * loads its scripts from elsewhere, which our content security policy rightly refuses.
 */
export const graphqlRoutes = ({ db }: Pick<Deps, 'db'>, sources: GraphqlSources) => {
  const yoga = createYoga<GraphqlContext>({
    schema: createGraphqlSchema(db, sources),
    plugins: [executionPlugin],
    maskedErrors: { maskError },
    graphiql: false,
    landingPage: false,
    multipart: false,
    cors: false,
    // Ours has the request's context.
    logging: false,
  })
  return new Hono<SignedInEnv>().post('/graphql', signedIn, async (c) => {
    const startedAt = performance.now()
    const user = c.get('user')
    const progress = { executed: false }
    const loaders = createLoaders(db, sources, user.workspaceId)
    const answer = await yoga.fetch(c.req.raw, { user, loaders, progress })
    if (!progress.executed) measureRefused((performance.now() - startedAt) / 1_000)
    return c.body(await answer.text(), answer.status as 200, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
      ...(answer.headers.has('retry-after') && { 'retry-after': answer.headers.get('retry-after') ?? '' }),
    })
  })
}
