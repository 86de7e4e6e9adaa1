/** Small facts in a line: `leadId: 1b2c, region: DK-84`. Structures are given as JSON. */
export const factsOf = (facts: Readonly<Record<string, unknown>>): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${typeof value === 'object' && value !== null ? JSON.stringify(value) : value}`)
    .join(', ')
