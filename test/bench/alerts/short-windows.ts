import { isScalar, parseDocument, visit } from 'yaml'
import { seconds } from '../../../catalogue/intervals.ts'

/** A page's long window of an hour becomes five minutes, its short one 25 s: five scrapes, the least that a rate can use. */
export const shortening = 12

const shorter = (duration: string): string => `${Math.max(10, Math.round(seconds(duration) / shortening))}s`

/**
 * The same generated rules with every window and hold time a twelfth as long; names, factors, labels and texts stay.
 * @param yaml a file of `alerts/generated/rules`
 */
export const withShortWindows = (yaml: string): string => {
  const document = parseDocument(yaml)
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !isScalar(value)) return
      const text = value.value
      if (typeof text !== 'string') return
      if (key.value === 'expr') value.value = text.replace(/\[(\w+)\]/g, (_all, range: string) => `[${shorter(range)}]`)
      if (key.value === 'for') value.value = shorter(text)
    },
  })
  return document.toString()
}
