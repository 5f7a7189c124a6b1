import type { QueueOverview } from '@danbooru-jobs/actors/operate'
import { unfinishedStates } from '@danbooru-jobs/contracts/wire'
import { stateTone, type Tone } from './colour.ts'
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
      tone: ({ jobs }) => (jobs[state] ? stateTone(state) : undefined),
    }),
  ),
  { title: 'oldest', value: ({ oldestAge }) => ageText(oldestAge), align: 'right' },
  { title: '', value: queueNote, tone: noteTone },
]

/** Queues as a table. */
export function queuesText(queues: readonly QueueOverview[], isColoured = false): string {
  return table(columns, queues, isColoured)
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
  const noWorker = lacksWorker({ jobs, hasWorkers }) ? ['no worker'] : []
  const waits = waitsFor.map(
    ({ limit, jobs: count }) => `${countText(count, 'waits', 'wait')} for limit ${limit}`,
  )
  return [...(isPaused ? ['paused'] : noWorker), ...waits].join(', ')
}

/** Red: nothing will take the jobs until a service is started. Yellow: as an operator or a limit wants it. */
function noteTone(queue: QueueOverview): Tone {
  return queue.isDeclared && (queue.isPaused || !lacksWorker(queue)) ? 'warning' : 'bad'
}

function lacksWorker({ jobs, hasWorkers }: Pick<QueueOverview, 'jobs' | 'hasWorkers'>): boolean {
  return jobs.queued > 0 && !hasWorkers
}

function ageText(seconds: number | null): string {
  return durationText(seconds === null ? null : seconds * 1_000)
}
