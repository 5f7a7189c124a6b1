import type { BatchDetails, BatchState, OpenJob } from '@danbooru-jobs/actors/operate'
import { stateTone } from './colour.ts'
import { type Column, table } from './table.ts'
import { timeText } from './time.ts'

const columns: readonly Column<BatchState>[] = [
  { title: 'since', value: (batch) => timeText(batch.since) },
  { title: 'id', value: (batch) => batch.id },
  { title: 'state', value: stateText, tone: (batch) => stateTone(stateText(batch)) },
  { title: 'jobs', value: (batch) => batch.total, align: 'right' },
  { title: 'open', value: openCount, align: 'right' },
  { title: 'done', value: (batch) => batch.done, align: 'right' },
  {
    title: 'discarded',
    value: (batch) => batch.discarded,
    align: 'right',
    tone: ({ discarded }) => (discarded > 0 ? 'bad' : undefined),
  },
  { title: 'cancelled', value: (batch) => batch.cancelled, align: 'right' },
  { title: 'completed', value: (batch) => timeText(batch.completedAt) },
]

const openColumns: readonly Column<OpenJob>[] = [
  { title: 'type', value: (job) => job.type ?? '-' },
  { title: 'state', value: (job) => job.state ?? '-', tone: (job) => stateTone(job.state ?? '') },
  { title: 'id', value: (job) => job.id },
]

/** Batches as a table, or a sentence when there is none. Times are UTC. */
export function batchesText(batches: readonly BatchState[], isColoured = false): string {
  return batches.length === 0 ? 'no batches' : table(columns, batches, isColoured)
}

/** A batch, and below it its jobs that have not ended. */
export function batchText({ batch, openJobs }: BatchDetails, isColoured = false): string {
  const head = table(columns, [batch], isColoured)
  if (openJobs.length === 0) return head
  const more = openCount(batch) - openJobs.length
  return [head, '', table(openColumns, openJobs, isColoured), ...(more > 0 ? [`and ${more} more`] : [])].join(
    '\n',
  )
}

function openCount({ total, done, discarded, cancelled }: BatchState): number {
  return total - done - discarded - cancelled
}

/** `filling`: jobs may still be added. */
function stateText({ sealed, completedAt }: BatchState): string {
  if (completedAt !== undefined) return 'complete'
  return sealed ? 'open' : 'filling'
}
