import type { Outcome } from './run.ts'

/** One line a rule, and one for each mutant that lives. */
export const table = (outcomes: readonly Outcome[]): string => {
  const nameOf = ({ file, subject }: Outcome) => (subject.includes(':') ? `${file}: ${subject}` : subject)
  const width = Math.max(...outcomes.map((one) => nameOf(one).length), 8) + 2
  const line = (name: string, cells: readonly (string | number)[]) =>
    name.padEnd(width) + cells.map((cell) => String(cell).padStart(12)).join('')
  const cells = ({
    mutants,
    equivalent,
    survivors,
  }: Record<'mutants' | 'equivalent' | 'survivors', readonly string[]>) => [
    mutants.length,
    mutants.length - equivalent.length - survivors.length,
    equivalent.length,
    survivors.length,
  ]
  const all = {
    mutants: outcomes.flatMap(({ mutants }) => mutants),
    equivalent: outcomes.flatMap(({ equivalent }) => equivalent),
    survivors: outcomes.flatMap(({ survivors }) => survivors),
  }
  return [
    line('rule', ['mutants', 'killed', 'equivalent', 'survivors']),
    ...outcomes.flatMap((one) => [
      line(nameOf(one), cells(one)),
      ...one.survivors.map((mutant) => `    survives: ${mutant}`),
    ]),
    line('all', cells(all)),
  ].join('\n')
}
