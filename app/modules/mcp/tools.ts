import { z } from 'zod'
import type { Database } from '../../db/database.ts'
import { broadcastStatuses } from '../../db/schema-webhooks.ts'
import { queueNames } from '../../jobs/queues.ts'
import { broadcastState, listBroadcasts } from './broadcasts.ts'
import type { McpSources } from './sources.ts'

/** Something that a client may have done. Its result is JSON. */
export interface Tool {
  readonly name: string
  /** For people who choose among the tools. */
  readonly title: string
  /** For the model that decides whether to call it. */
  readonly description: string
  readonly input: z.ZodObject
  /** @param input what `input` made of the arguments @throws DomainError that the client is told about */
  readonly run: (input: never) => Promise<Readonly<Record<string, unknown>>>
}

const tool = <S extends z.ZodObject>(
  definition: Omit<Tool, 'input' | 'run'> & {
    readonly input: S
    readonly run: (input: z.output<S>) => Promise<Readonly<Record<string, unknown>>>
  },
): Tool => definition

const workspaceId = z.uuid().describe('Id of the workspace, from list_workspaces')
const limit = z.int().min(1).max(100).default(25).describe('Rows of a page')
const cursor = z.string().max(200).optional().describe('nextCursor of the page before')

/** Every tool only reads: who asks by way of a model changes nothing. */
export const createTools = (db: Database, sources: McpSources): readonly Tool[] => [
  tool({
    name: 'list_workspaces',
    title: 'List workspaces',
    description: 'Workspaces (customers of the CRM) by name. Their ids are needed by the other tools.',
    input: z.strictObject({ limit, offset: z.int().min(0).max(100_000).default(0) }),
    run: async ({ limit: most, offset }) => {
      const rows = await db
        .selectFrom('workspaces')
        .select(['id', 'name', 'domain'])
        .orderBy('name')
        .orderBy('id')
        .limit(most + 1)
        .offset(offset)
        .execute()
      return { workspaces: rows.slice(0, most), nextOffset: rows.length > most ? offset + most : null }
    },
  }),
  tool({
    name: 'search_contacts',
    title: 'Search contacts',
    description:
      'Contacts of a workspace, newest first, found by words, their beginnings, or fragments. Without a query: all.',
    input: z.strictObject({
      workspaceId,
      query: z.string().trim().max(200).optional().describe('Words or a fragment'),
      limit,
      cursor,
    }),
    run: async ({ workspaceId: workspace, query, limit: most, cursor: after }) => {
      const { rows, nextCursor } = await sources.searchContacts(workspace, { q: query, cursor: after, limit: most })
      return { contacts: rows, nextCursor }
    },
  }),
  tool({
    name: 'read_contact',
    title: 'Read a contact',
    description: 'One contact with everything that is known about it.',
    input: z.strictObject({ workspaceId, contactId: z.uuid() }),
    run: async ({ workspaceId: workspace, contactId }) => ({
      contact: await sources.readContact(workspace, contactId),
    }),
  }),
  tool({
    name: 'list_broadcasts',
    title: 'List broadcasts',
    description: 'Broadcasts of a workspace with their status, newest first.',
    input: z.strictObject({ workspaceId, status: z.enum(broadcastStatuses).optional(), limit, cursor }),
    run: async ({ workspaceId: workspace, status, limit: most, cursor: after }) =>
      await listBroadcasts(db, { workspaceId: workspace, status, cursor: after, limit: most }),
  }),
  tool({
    name: 'broadcast_state',
    title: 'State of a broadcast',
    description: 'One broadcast, and of how many recipients its message is pending, sent, delivered or failed.',
    input: z.strictObject({ workspaceId, broadcastId: z.uuid() }),
    run: async ({ workspaceId: workspace, broadcastId }) => ({
      broadcast: await broadcastState(db, workspace, broadcastId),
    }),
  }),
  tool({
    name: 'queue_state',
    title: 'State of the job queues',
    description:
      'For each queue how many jobs wait, run, are delayed, failed or lie among the dead letters, and how many seconds the oldest has waited.',
    input: z.strictObject({ queue: z.enum(queueNames).optional().describe('Only this one') }),
    run: async ({ queue }) => ({
      queues: (await sources.queueDepths()).filter((one) => queue === undefined || one.queue === queue),
    }),
  }),
]
