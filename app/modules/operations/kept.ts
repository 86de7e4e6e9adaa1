/**
 * Keeps an answer for a while, by key, for everybody who asks; whoever asks while it is being found waits for the same. What
 * failed is not kept.
 */
export const kept = <T>(keptMs: number, most = 50) => {
  const answers = new Map<string, { readonly answer: Promise<T>; readonly until: number }>()
  return async (key: string, find: () => Promise<T>): Promise<T> => {
    const known = answers.get(key)
    if (known && performance.now() < known.until) return await known.answer
    const answer = find()
    answers.delete(key)
    answers.set(key, { answer, until: performance.now() + keptMs })
    const oldest = answers.keys().next().value
    if (answers.size > most && oldest !== undefined) answers.delete(oldest)
    answer.catch(() => {
      if (answers.get(key)?.answer === answer) answers.delete(key)
    })
    return await answer
  }
}
