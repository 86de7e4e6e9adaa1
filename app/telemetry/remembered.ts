/**
 * A function of a text that remembers what it made: the same few keys, statements, programs and users come again and again.
 * @param most texts that are kept; they begin anew when there are more, for whoever writes values into them
 */
export const remembered = <T>(most: number, make: (text: string) => T): ((text: string) => T) => {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = make(text)
    if (known.size >= most) known.clear()
    known.set(text, made)
    return made
  }
}
