/** From 0 up to 1, as Math.random. */
export type Random = () => number

export const pick = <Item>(random: Random, items: readonly Item[]): Item => {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('There is nothing to pick from.')
  return item
}

/** One of the items, each as often as its weight says. */
export const pickWeighted = <Item extends { readonly weight: number }>(
  random: Random,
  items: readonly Item[],
): Item => {
  let left = random() * items.reduce((sum, { weight }) => sum + weight, 0)
  for (const item of items) {
    left -= item.weight
    if (left < 0) return item
  }
  return pick(random, items)
}
