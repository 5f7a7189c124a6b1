import type { QueueOverview } from '@danbooru-jobs/actors/operate'
import { unfinishedStates } from '@danbooru-jobs/contracts/wire'
import { countText } from './count.ts'
import { type Column, table } from './table.ts'
import { durationText } from './time.ts'

const columns: readonly Column<QueueOverview>[] = [
  { title: 'type', value: (queue) => queue.type },
  ...unfinishedStates.map(
    (state): Column<QueueOverview> => ({
      title: state,
      value: ({ jobs }) => jobs[state] ?? '-',
      align: 'right',
    }),
  ),
  { title: 'oldest', value: ({ oldestAge }) => ageText(oldestAge), align: 'right' },
  { title: '', value: queueNote },
]

/** Queues as a table. */
export function queuesText(queues: readonly QueueOverview[]): string {
  return table(columns, queues)
}

/** What an operator should know about a queue; empty if nothing. */
export function queueNote({
  isDeclared,
  hasConsumer,
  hasWorkers,
  isPaused,
  jobs,
  waitsFor,
}: QueueOverview): string {
  if (!isDeclared) return hasConsumer ? 'type of another version' : 'unknown type'
  const noWorker = jobs.queued > 0 && !hasWorkers ? ['no worker'] : []
  const waits = waitsFor.map(
    ({ limit, jobs: count }) => `${countText(count, 'waits', 'wait')} for limit ${limit}`,
  )
  return [...(isPaused ? ['paused'] : noWorker), ...waits].join(', ')
}

function ageText(seconds: number | null): string {
  return durationText(seconds === null ? null : seconds * 1_000)
}
