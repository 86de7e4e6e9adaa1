import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { isSilencer } from '../promised-alerts.ts'
import { isEquivalent } from './equivalents.ts'
import { concerns, experiment, type Mutant, markedIn } from './experiment.ts'
import type { NamedRule, RuleFileWithCases, Story } from './files.ts'
import { mutationsOf } from './mutants.ts'

/** What became of one rule's mutants. */
export interface Outcome {
  readonly file: string
  /** The alert, or the recorded series that alerts read. */
  readonly subject: string
  readonly mutants: readonly string[]
  /** Those that the list by hand says cannot be told from the rule; they were not run. */
  readonly equivalent: readonly string[]
  readonly survivors: readonly string[]
}

interface Trial {
  readonly file: RuleFileWithCases
  readonly subject: string
  /** Takes part as one more: a case that fails it proves nothing. */
  readonly unchanged: Mutant
  readonly mutants: readonly Mutant[]
  living: readonly Mutant[]
  readonly stories: Story[]
}

/** Alerts that speak, and series that a file records for its alerts. */
const subjects = ({ rules }: RuleFileWithCases): NamedRule[] =>
  rules.filter(({ alert, record }) =>
    alert !== undefined ? !isSilencer(alert) : record !== undefined && rules.some((other) => other.alert !== undefined),
  )

const most = 1_000

const trialOf = (file: RuleFileWithCases, rule: NamedRule, place: number): Trial => {
  const { name: subject, group: _, ...itself } = rule
  const isRecorded = (name: string) => file.rules.some(({ record }) => record === name)
  const mutants = mutationsOf(itself, isRecorded).map((one, index) => ({
    id: place * most + index + 1,
    subject,
    ...one,
  }))
  return {
    file,
    subject,
    unchanged: { id: place * most, subject, what: 'unchanged', rule: itself },
    mutants,
    living: mutants.filter(({ what }) => !isEquivalent({ file: file.name, subject, what })),
    // A case that is shorter comes first: most mutants are dead when it comes to those of days.
    stories: file.stories.filter((story) => concerns(story, subject, file.rules)).sort((a, b) => a.length - b.length),
  }
}

/** What failed is said on one stream, and which files passed on the other. */
const promtoolSays = (promtool: string, files: readonly string[], cwd: string) =>
  new Promise<{ readonly passed: string; readonly failed: string }>((done) => {
    execFile(promtool, ['test', 'rules', ...files], { cwd, maxBuffer: 2 ** 30 }, (_, passed, failed) =>
      done({ passed, failed }),
    )
  })

/** The next case of each trial, all in one promtool. Mutants that it fails are dead. */
const round = async (promtool: string, trials: readonly Trial[], folder: string): Promise<void> => {
  const asked = await Promise.all(
    trials.map(async (trial, index) => {
      const story = trial.stories.shift()
      if (!story) throw new Error(`${trial.subject}: no case left`)
      const { rules, test } = experiment(trial.file, story, [trial.unchanged, ...trial.living], `rules-${index}.yaml`)
      const text = (value: unknown) => stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 })
      await writeFile(join(folder, `rules-${index}.yaml`), text(rules))
      await writeFile(join(folder, `test-${index}.yaml`), text(test))
      return { trial, story, path: `test-${index}.yaml`, before: trial.living.length }
    }),
  )
  const { passed, failed } = await promtoolSays(
    promtool,
    asked.map(({ path }) => path),
    folder,
  )
  const dead = markedIn(failed)
  for (const { trial, story } of asked) {
    if (dead.has(trial.unchanged.id))
      throw new Error(`${trial.subject}, unchanged, fails "${story.name}":\n${failed.slice(0, 4_000)}`)
    trial.living = trial.living.filter(({ id }) => !dead.has(id))
  }
  // Otherwise a file that cannot be read would look like one whose mutants all live.
  const unhurt = asked.filter(({ before, trial }) => trial.living.length === before).length
  const passes = passed.match(/SUCCESS/g)?.length ?? 0
  if (passes !== unhurt) throw new Error(`${passes} cases of ${unhurt} pass:\n${failed.slice(0, 4_000)}`)
}

/** Lets every case have a go at every mutant of the rules that it is about. */
export const mutationTest = async (
  promtool: string,
  files: readonly RuleFileWithCases[],
  isChosen: (subject: string) => boolean = () => true,
): Promise<Outcome[]> => {
  const trials = files
    .flatMap((file) =>
      subjects(file)
        .filter(({ name }) => isChosen(name))
        .map((rule) => [file, rule] as const),
    )
    .map(([file, rule], place) => trialOf(file, rule, place))
  const folder = await mkdtemp(join(tmpdir(), 'crm-mutants-'))
  try {
    for (;;) {
      const open = trials.filter(({ living, stories }) => living.length > 0 && stories.length > 0)
      if (open.length === 0) break
      await round(promtool, open, folder)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return trials.map(({ file, subject, mutants, living }) => ({
    file: file.name,
    subject,
    mutants: mutants.map(({ what }) => what),
    equivalent: mutants.map(({ what }) => what).filter((what) => isEquivalent({ file: file.name, subject, what })),
    survivors: living.map(({ what }) => what),
  }))
}
