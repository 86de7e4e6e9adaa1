/** One line of the table: what was measured, how, what it should reach and what it reached. */
export interface Row {
  readonly what: string
  readonly how: string
  /** `≥ 0.75`, `≤ 1 ms` */
  readonly reach: string
  readonly reached: string
  readonly ok: boolean
}

export interface BenchOptions {
  /** A shorter run of the same measurement, for daily work: more noise, same kind of figures. */
  readonly short: boolean
  /** Tells what is under way. */
  readonly say: (text: string) => void
  /** What else stands on the command line: `--minutes 10` is `{ minutes: '10' }`, `--profile` is `{ profile: 'true' }`. */
  readonly flags?: Readonly<Record<string, string>>
}

/** One measurement by its name; `runs` is what was measured before anything was computed of it, kept beside the rows. */
export interface Bench {
  readonly name: string
  readonly title: string
  /** Takes most of an hour: runs when it is named; otherwise its stored figures are shown. */
  readonly byName?: true
  run(options: BenchOptions): Promise<{ rows: Row[]; runs: unknown }>
}
