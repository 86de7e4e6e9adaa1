import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import {
  newPipelineSchema,
  pipelineBoardSchema,
  pipelineListQuery,
  pipelineListSchema,
  pipelineSchema,
  shownPipeline,
} from './schemas.ts'
import { createPipeline, listPipelines, readPipeline } from './service.ts'

const shared = { tags: ['Pipelines'], middleware: signedIn }

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/pipelines',
  summary: 'List pipelines, newest first',
  request: { query: pipelineListQuery },
  responses: { 200: answer(pipelineListSchema, 'One page'), ...problems(401, 422, 503) },
})

const create = createRoute({
  ...shared,
  method: 'post',
  path: '/api/pipelines',
  summary: 'Create a pipeline',
  request: { body: jsonBody(newPipelineSchema) },
  responses: { 201: answer(pipelineSchema, 'Created'), ...problems(400, 401, 422, 503) },
})

const read = createRoute({
  ...shared,
  method: 'get',
  path: '/api/pipelines/{id}',
  summary: 'Read a pipeline with the number and value of the deals in each stage',
  request: { params: idParam },
  responses: { 200: answer(pipelineBoardSchema, 'The pipeline'), ...problems(401, 404, 422, 503) },
})

export const pipelineRoutes = ({ db }: Deps) =>
  createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listPipelines(db, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ pipelines: rows.map(shownPipeline), nextCursor }, 200)
    })
    .openapi(create, async (c) => {
      const pipeline = await createPipeline(db, c.get('user').workspaceId, c.req.valid('json'))
      return c.json(shownPipeline(pipeline), 201, { location: `/api/pipelines/${pipeline.id}` })
    })
    .openapi(read, async (c) => {
      const { pipeline, stages } = await readPipeline(db, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json({ ...shownPipeline(pipeline), stages }, 200)
    })
