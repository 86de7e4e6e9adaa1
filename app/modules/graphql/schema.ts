import { createSchema } from 'graphql-yoga'
import { dealStages } from '../../../catalogue/metrics/values.ts'
import type { Database } from '../../db/database.ts'
import type { DealStage } from '../../db/schema-crm-areas.ts'
import { invalid } from '../../errors.ts'
import type { SignedInUser } from '../../http/env.ts'
import type { Loaders } from './loaders.ts'
import { connection, pageSize, pageSizes } from './page.ts'
import type { GraphqlSources, ShownContact, ShownDeal } from './sources.ts'
import { listActivities, type ShownActivity } from './table.ts'

/** What every resolver has: who asks, and what this request looks up. */
export interface GraphqlContext {
  readonly user: SignedInUser
  readonly loaders: Loaders
  /** Whether an operation was reached, for the one who measures what was not. */
  readonly progress: { executed: boolean }
}

const first = `first: Int! = ${pageSizes.usual}`

const typeDefs = /* GraphQL */ `
  type Query {
    "Newest first; found by words, their beginnings, or fragments."
    contacts(${first}, after: String, q: String): ContactPage!
    contact(id: ID!): Contact
    "Newest first."
    deals(${first}, after: String, stage: DealStage): DealPage!
    deal(id: ID!): Deal
    "What people did, newest first: admins see everybody's, others their own."
    activities(${first}, after: String): ActivityPage!
  }

  type Contact {
    id: ID!
    name: String!
    email: String
    phone: String
    company: String
    notes: String
    industry: String
    companySize: String
    createdAt: String!
    updatedAt: String!
    "The newest of them."
    deals(${first}): [Deal!]!
  }

  enum DealStage { ${dealStages.join(' ')} }

  type Deal {
    id: ID!
    title: String!
    amount: Float!
    "ISO 4217."
    currency: String!
    stage: DealStage!
    contact: Contact
    createdAt: String!
    updatedAt: String!
  }

  type Activity {
    id: ID!
    "What was done: contact.created, deal.changed and so on."
    action: String!
    user: User
    createdAt: String!
  }

  type User {
    id: ID!
    name: String!
  }

  "At most ${pageSizes.most} rows; after: endCursor of the page before."
  type PageInfo {
    hasNextPage: Boolean!
    endCursor: String
  }
  type ContactPage { nodes: [Contact!]!, pageInfo: PageInfo! }
  type DealPage { nodes: [Deal!]!, pageInfo: PageInfo! }
  type ActivityPage { nodes: [Activity!]!, pageInfo: PageInfo! }
`

interface PageArguments {
  readonly first: number
  readonly after?: string | null
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** The database takes nothing else for an id. @throws DomainError validation */
const idOf = (id: string): string => {
  if (!uuid.test(id)) throw invalid([{ field: 'id', message: 'must be a UUID' }])
  return id.toLowerCase()
}

/** @throws DomainError validation */
const searchText = (q: string | null | undefined): string | undefined => {
  const text = q?.trim()
  if (text !== undefined && (text.length > 200 || text.includes('\u0000')))
    throw invalid([{ field: 'q', message: 'must have 200 characters at most, and no NUL' }])
  return text
}

export const createGraphqlSchema = (db: Database, sources: GraphqlSources) =>
  createSchema<GraphqlContext>({
    typeDefs,
    resolvers: {
      Query: {
        contacts: async (_, args: PageArguments & { q?: string | null }, { user }: GraphqlContext) =>
          connection(
            await sources.searchContacts(user.workspaceId, {
              q: searchText(args.q),
              cursor: args.after ?? undefined,
              limit: pageSize(args.first),
            }),
          ),
        contact: (_, { id }: { id: string }, { loaders }: GraphqlContext) => loaders.contact.load(idOf(id)),
        deals: async (_, args: PageArguments & { stage?: DealStage | null }, { user }: GraphqlContext) =>
          connection(
            await sources.listDeals(user.workspaceId, {
              stage: args.stage ?? undefined,
              cursor: args.after ?? undefined,
              limit: pageSize(args.first),
            }),
          ),
        deal: (_, { id }: { id: string }, { loaders }: GraphqlContext) => loaders.deal.load(idOf(id)),
        activities: async (_, args: PageArguments, { user }: GraphqlContext) =>
          connection(
            await listActivities(db, {
              workspaceId: user.workspaceId,
              userId: user.role === 'admin' ? undefined : user.id,
              cursor: args.after ?? undefined,
              limit: pageSize(args.first),
            }),
          ),
      },
      Contact: {
        deals: ({ id }: ShownContact, args: { first: number }, { loaders }: GraphqlContext) =>
          loaders.dealsOf(pageSize(args.first)).load(id),
      },
      Deal: {
        contact: ({ contactId }: ShownDeal, _, { loaders }: GraphqlContext) =>
          contactId === null ? null : loaders.contact.load(contactId),
      },
      Activity: {
        user: ({ userId }: ShownActivity, _, { loaders }: GraphqlContext) => loaders.user.load(userId),
      },
    },
  })
