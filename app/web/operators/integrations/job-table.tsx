import type { ShownJob } from '../../../modules/integrations/admin/schemas.ts'
import { duration, number, say } from '../../language.ts'
import { now } from '../../live.ts'
import { Moment } from '../../ui/moment.tsx'
import { Table } from '../../ui/table.tsx'
import { errorKind } from '../names.ts'
import { entityWord, SyncStatusPill, triggerWord, WhoseLink } from './words.tsx'

const texts = {
  when: { en: 'Asked for', da: 'Bestilt' },
  integration: { en: 'Integration', da: 'Integration' },
  what: { en: 'What', da: 'Hvad' },
  by: { en: 'By', da: 'Af' },
  status: { en: 'Status', da: 'Status' },
  took: { en: 'Took', da: 'Varighed' },
  created: { en: 'Created', da: 'Oprettet' },
  updated: { en: 'Updated', da: 'Ændret' },
  failed: { en: 'Failed', da: 'Fejlet' },
  conflicts: { en: 'Conflicts', da: 'Konflikter' },
  error: { en: 'Error', da: 'Fejl' },
} as const

/** What nothing came of stands back, so that the others are seen. */
const Count = ({ of }: { of: number }) => <span class={of === 0 ? 'nothing' : undefined}>{number(of)}</span>

/** How long it took, or how long it has been under way. */
const Took = ({ job: { durationMs, requestedAt } }: { job: ShownJob }) => (
  <>{duration((durationMs ?? Math.max(0, now.value - Date.parse(requestedAt))) / 1_000)}</>
)

/** Sync jobs with what they moved. */
export const JobTable = ({ label, jobs, empty }: { label: string; jobs: readonly ShownJob[]; empty: string }) => (
  <Table
    label={label}
    rows={jobs}
    keyOf={({ id }) => id}
    empty={empty}
    columns={[
      {
        title: say(texts.when),
        cell: ({ requestedAt }) => <Moment at={requestedAt} />,
      },
      { title: say(texts.integration), cell: (job) => <WhoseLink of={job} /> },
      { title: say(texts.what), cell: ({ entity }) => entityWord(entity) },
      { title: say(texts.by), cell: ({ trigger }) => triggerWord(trigger) },
      { title: say(texts.status), cell: ({ status }) => <SyncStatusPill status={status} /> },
      { title: say(texts.took), cell: (job) => <Took job={job} />, isNumber: true },
      { title: say(texts.created), cell: ({ created }) => <Count of={created} />, isNumber: true },
      { title: say(texts.updated), cell: ({ updated }) => <Count of={updated} />, isNumber: true },
      { title: say(texts.failed), cell: ({ failed }) => <Count of={failed} />, isNumber: true },
      { title: say(texts.conflicts), cell: ({ conflicts }) => <Count of={conflicts} />, isNumber: true },
      { title: say(texts.error), cell: ({ errorKind: kind }) => (kind === null ? '' : errorKind(kind)) },
    ]}
  />
)
