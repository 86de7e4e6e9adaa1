/** What happens to a record of theirs, by what both sides are and were. Pure, so that each case has a test. */
export type Decision =
  /** A new row here. */
  | 'create'
  /** Theirs replaces ours. */
  | 'take'
  /** Ours stays, and is sent to them. */
  | 'keep'
  /** Both are the same: it is only noted. */
  | 'agree'
  /** Nothing changed there, or ours was deleted. */
  | 'nothing'

interface Side {
  readonly hash: string
  readonly updatedAt: Date
}

interface Sides {
  readonly theirs: Side
  /** The row of ours; undefined when there is none, or it is gone. */
  readonly ours: Side | undefined
  /** What both sides were when they last agreed; undefined for a record that was never seen. */
  readonly agreed: { readonly externalHash: string; readonly localHash: string } | undefined
}

/** The newest wins where both changed, and of two that were the same at once theirs. */
export const decide = ({ theirs, ours, agreed }: Sides): { decision: Decision; isConflict: boolean } => {
  const plain = (decision: Decision) => ({ decision, isConflict: false })
  if (!ours) return plain(agreed ? 'nothing' : 'create')
  if (agreed && theirs.hash === agreed.externalHash) return plain('nothing')
  if (theirs.hash === ours.hash) return plain('agree')
  if (agreed && ours.hash === agreed.localHash) return plain('take')
  // A row that looks like theirs and was never linked is no conflict: nobody has agreed on anything yet.
  return { decision: theirs.updatedAt >= ours.updatedAt ? 'take' : 'keep', isConflict: agreed !== undefined }
}
