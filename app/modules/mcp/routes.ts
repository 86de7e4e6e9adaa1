import { StreamableHTTPTransport } from '@hono/mcp'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { z } from 'zod'
import packageFile from '../../../package.json' with { type: 'json' }
import { unauthorized } from '../../errors.ts'
import { bearerToken, sameSecret } from '../../http/credentials.ts'
import type { AppEnv } from '../../http/env.ts'
import { securityEvent } from '../../telemetry/security.ts'
import { callTool, startToolCounters } from './call.ts'
import type { Tool } from './tools.ts'

/** 401 without `Authorization: Bearer <DF_ADMIN_SECRET>`. There are no sessions here: clients are programs. */
const credential = (adminSecret: string) =>
  createMiddleware<AppEnv>(async function credential(c, next) {
    const token = bearerToken(c.req.header('authorization'))
    if (token === undefined || !sameSecret(token, adminSecret)) {
      securityEvent(token === undefined ? 'unauthorized' : 'bad_admin_credential', { path: '/mcp' })
      c.header('www-authenticate', 'Bearer')
      throw unauthorized('Send Authorization: Bearer <DF_ADMIN_SECRET>.')
    }
    await next()
  })

/**
 * `POST /mcp`: the Model Context Protocol over streamable HTTP. Each request stands for itself, with a server of its own and
 * a JSON answer: there is nothing to remember between two, so any process may answer, and a restart interrupts nobody.
 */
export const mcpRoutes = (adminSecret: string, tools: readonly Tool[]) => {
  startToolCounters(tools)
  const listed = {
    tools: tools.map(({ name, title, description, input }) => ({
      name,
      title,
      description,
      inputSchema: z.toJSONSchema(input, { io: 'input' }) as { type: 'object' },
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }
  return new Hono<AppEnv>().post('/mcp', credential(adminSecret), async (c) => {
    const server = new Server(
      { name: 'crm', title: 'CRM', version: packageFile.version },
      {
        capabilities: { tools: {} },
        instructions: 'Reads contacts, broadcasts and the job queues of a CRM. Begin with list_workspaces.',
        jsonSchemaValidator,
      },
    )
    server.setRequestHandler(ListToolsRequestSchema, () => listed)
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => callTool(tools, params.name, params.arguments))
    const transport = new StreamableHTTPTransport({ enableJsonResponse: true })
    await server.connect(transport)
    try {
      return (await transport.handleRequest(c)) ?? c.body(null, 202)
    } finally {
      await server.close()
    }
  })
}

/** The SDK's own would be built anew for each request; only answers of clients need one, and we ask them nothing. */
const jsonSchemaValidator = {
  getValidator: () => () => {
    throw new Error('nothing is asked of clients')
  },
}
