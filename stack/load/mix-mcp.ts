import type { Action } from './mix.ts'
import { words } from './people.ts'
import { pick } from './random.ts'
import type { Visitor } from './visitor.ts'

/** What programs of the operators' and of partners show; read when used, so that a test or a container may set it. */
const credentials = () => ({
  mcpUrl: process.env.MCP_URL || `http://127.0.0.1:${3002 + Number(process.env.STACK_PORT_OFFSET || 0)}`,
  adminSecret: process.env.DF_ADMIN_SECRET || 'development-admin-secret',
  gatewayKey: process.env.DF_MIDDLEWARE_API_KEY || 'development-gateway-key',
})

interface ToolAnswer {
  readonly result?: { readonly structuredContent?: { readonly workspaces?: readonly { readonly id: string }[] } }
}

/** Calls a tool as a client of the Model Context Protocol does: one JSON-RPC request. */
async function callTool({ ask }: Visitor, name: string, args: object): Promise<ToolAnswer> {
  const { mcpUrl, adminSecret } = credentials()
  const response = await ask(
    `${mcpUrl}/mcp`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${adminSecret}`,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
    },
    [200],
  )
  return (await response.json()) as ToolAnswer
}

/** A model looks for somebody: first for the workspace, then in it. */
async function searchByTool(visitor: Visitor): Promise<void> {
  const { result } = await callTool(visitor, 'list_workspaces', { limit: 10 })
  const [workspace] = result?.structuredContent?.workspaces ?? []
  if (!workspace) return
  const workspaceId = workspace.id
  await callTool(visitor, 'search_contacts', { workspaceId, query: pick(visitor.random, words), limit: 5 })
  await callTool(visitor, 'list_broadcasts', { workspaceId, limit: 5 })
}

const throughGateway = ({ ask, apiUrl }: Visitor, path: string, expected: readonly number[]) =>
  ask(`${apiUrl}/api/verity${path}`, { headers: { 'x-api-key': credentials().gatewayKey } }, expected)

/** What a page of the CRM's own would read in one request. */
const operations = {
  ContactsWithDeals: '{ contacts(first: 20) { nodes { id name company deals(first: 3) { title amount stage } } } }',
  DealBoard: '{ deals(first: 50) { nodes { id title amount currency stage contact { name } } } }',
  RecentActivity: '{ activities(first: 20) { nodes { action createdAt user { name } } } }',
} as const

async function queryGraph({ askAsUser, apiUrl, random }: Visitor): Promise<void> {
  const name = pick(random, Object.keys(operations) as (keyof typeof operations)[])
  const body = JSON.stringify({ query: `query ${name} ${operations[name]}`, operationName: name })
  await askAsUser(`${apiUrl}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }, [200])
}

/** A client that was not brought up to date. */
const queryWrongly = ({ askAsUser, apiUrl }: Visitor) =>
  askAsUser(
    `${apiUrl}/graphql`,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ customers { id } }"}' },
    [200, 400],
  )

/** Programs beside the people: models with tools, and partners who reach Verity through us. */
export const mcpMix: readonly Action[] = [
  { name: 'a page reads by GraphQL', weight: 2, run: queryGraph },
  { name: 'GraphQL for what is not there', weight: 0.1, run: queryWrongly },
  { name: 'a tool searches contacts', weight: 0.6, run: searchByTool },
  { name: 'a tool reads the queues', weight: 0.6, run: (visitor) => callTool(visitor, 'queue_state', {}) },
  {
    name: 'a partner lists Verity’s contacts',
    weight: 1,
    run: (visitor) => throughGateway(visitor, '/contacts?limit=5', [200]),
  },
  {
    name: 'a partner asks Verity for what is not there',
    weight: 0.1,
    run: (visitor) => throughGateway(visitor, '/broadcasts/never', [404]),
  },
]
