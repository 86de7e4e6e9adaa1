import { basename } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The files that share one running stack, in this order: first those that only look, then what takes a server away, then the
 * canaries, whose own spans `npm run verify` would take for a service that nobody knows, then its end. A file that is not named here only looks, and comes before the faults.
 */
const faults = ['collector-away', 'database-down', 'canaries', 'stack-stops'] as const

const rank = ({ moduleId, project }: TestSpecification): number =>
  project.name === 'e2e' ? faults.indexOf(basename(moduleId, '.test.ts') as (typeof faults)[number]) : 0

/** Vitest's own order (failed and slow files first), but faults stay last. */
export class FaultsLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted
      .map((file, index) => ({ file, index }))
      .sort((a, b) => {
        const [of, than] = [a.file.project, b.file.project]
        return (of === than ? rank(a.file) - rank(b.file) : 0) || a.index - b.index
      })
      .map(({ file }) => file)
  }
}
