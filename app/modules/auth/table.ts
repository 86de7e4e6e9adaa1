import type { Transaction } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { Role, Schema } from '../../db/schema.ts'
import type { SignedInUser } from '../../http/env.ts'
import type { Identity } from './provider.ts'

/** The workspace of an e-mail domain, made at its first sign-in. @returns its id */
export const workspaceOfDomain = async (trx: Transaction<Schema>, domain: string): Promise<string> => {
  const known = await trx.selectFrom('workspaces').select('id').where('domain', '=', domain).executeTakeFirst()
  if (known) return known.id
  const { id } = await trx
    .insertInto('workspaces')
    .values({ domain, name: domain })
    // Two first sign-ins at once: the second waits for the first and gets its row.
    .onConflict((same) => same.column('domain').doUpdateSet({ domain }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** The user behind an identity, made or brought up to date: address, name and role are what they are now. @returns its id */
export const saveUser = async (
  trx: Transaction<Schema>,
  { issuer, subject, email, name }: Identity,
  { workspaceId, role }: { workspaceId: string; role: Role },
): Promise<string> => {
  const present = { workspace_id: workspaceId, email, name, role, signed_in_at: new Date() }
  const { id } = await trx
    .insertInto('users')
    .values({ issuer, subject, ...present })
    .onConflict((same) => same.columns(['issuer', 'subject']).doUpdateSet(present))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Adds a session and removes the user's expired ones. */
export const saveSession = async (
  trx: Transaction<Schema>,
  session: { token_hash: string; user_id: string; expires_at: Date },
): Promise<void> => {
  await trx.deleteFrom('sessions').where('user_id', '=', session.user_id).where('expires_at', '<', new Date()).execute()
  await trx.insertInto('sessions').values(session).execute()
}

/** From the cache the time comes as text. */
export type SessionUser = SignedInUser & { readonly expiresAt: Date | string }

export const userOfSession = async (db: Database, tokenHash: string): Promise<SessionUser | undefined> =>
  await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'users.name', 'users.email', 'users.role', 'users.workspace_id as workspaceId'])
    .select('sessions.expires_at as expiresAt')
    .where('sessions.token_hash', '=', tokenHash)
    .where('sessions.expires_at', '>', new Date())
    .executeTakeFirst()

export const deleteSession = async (db: Database, tokenHash: string): Promise<void> => {
  await db.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute()
}

export const workspaceById = async (db: Database, id: string) =>
  await db.selectFrom('workspaces').select(['id', 'name', 'domain']).where('id', '=', id).executeTakeFirstOrThrow()
