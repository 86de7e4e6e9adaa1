const isThere = (value: number | null | undefined): boolean => value !== null && value !== undefined

/** Where a value stands between gaps: no line leads to it. */
export const alone = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from({ length: values.length }, (_, index) => index).filter(
    (index) => isThere(values[index]) && !isThere(values[index - 1]) && !isThere(values[index + 1]),
  )
