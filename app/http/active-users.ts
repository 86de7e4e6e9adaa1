/** How long somebody counts as active after a request, in milliseconds. */
const windowMs = 5 * 60_000

/** Who was seen lately, by workspace: `active_users_total`. Kept in memory; each process counts what it saw. */
export class ActiveUsers {
  readonly #lastSeen = new Map<string, Map<string, number>>()

  saw({ id, workspaceId }: { readonly id: string; readonly workspaceId: string }, now = Date.now()): void {
    const users = this.#lastSeen.get(workspaceId) ?? new Map<string, number>()
    users.set(id, now)
    this.#lastSeen.set(workspaceId, users)
  }

  /** Users seen in the last five minutes. A workspace that fell silent is reported as 0 from then on. */
  count(now = Date.now()): { workspaceId: string; users: number }[] {
    return [...this.#lastSeen].map(([workspaceId, users]) => {
      for (const [id, seenAt] of users) if (now - seenAt > windowMs) users.delete(id)
      return { workspaceId, users: users.size }
    })
  }
}
