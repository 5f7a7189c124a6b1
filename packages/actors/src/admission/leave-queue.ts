import type { Runtime } from '../runtime/runtime.ts'
import type { JobRun } from '../worker/job-run.ts'
import { leaveForCertain } from './leave-for-certain.ts'
import { callNextOfKey } from './leave-key.ts'
import { leaveLimits } from './leave-limits.ts'
import { keyLeft } from './start-move.ts'

/**
 * Takes an ended job off the queue, with a reason if it was not done, and starts those that waited for it.
 *
 * Slots of limits are given back before: should the worker die in between, nobody waits in vain. Where order or a single slot
 * counts, the job's message must be gone first: should it come back, its successor must not have started. So it must after a
 * later delivery: a job that ended, whose message comes back all the same because the answer was lost, looks like one that takes
 * its workers down.
 *
 * @returns undefined if there is nothing to wait for, as for most jobs.
 */
export function leaveQueue(runtime: Runtime, run: JobRun, reason?: string): Promise<void> | undefined {
  const { unique, ordered, limits } = run.definition.type.delivery
  const successorWaits = ordered !== undefined || keyLeft(unique?.mode, run.message.subject) !== undefined
  if (limits.length === 0 && !successorWaits && run.message.info.deliveries === 1) {
    answer(run, reason)
    return undefined
  }
  return leaveWithCare(runtime, run, successorWaits, reason)
}

function answer({ message }: JobRun, reason?: string): void {
  if (reason === undefined) message.ack()
  else message.term(reason)
}

async function leaveWithCare(
  runtime: Runtime,
  run: JobRun,
  successorWaits: boolean,
  reason?: string,
): Promise<void> {
  const { ordered, limits } = run.definition.type.delivery
  if (limits.length > 0) await leaveLimits(runtime, run)
  if (!successorWaits && run.message.info.deliveries === 1) return answer(run, reason)
  await leaveForCertain(runtime, run, reason)
  if (!successorWaits) return
  if (ordered !== undefined) await leaveLimits(runtime, run)
  await callNextOfKey(runtime, run)
}
