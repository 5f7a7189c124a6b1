import { setTimeout as wait } from 'node:timers/promises'
import { leaveLimits } from '../limits/leave-limits.ts'
import { callNextOfKey } from '../unique/leave-key.ts'
import { keyLeft } from '../unique/start-move.ts'
import type { JobRun } from '../worker/job-run.ts'
import type { Runtime } from '../worker/runtime.ts'

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

const tries = 6

/**
 * Says it again until the server confirms it, for about a minute. Without the server's word nobody can be called now; the sweep, or
 * its schedule, calls the next job later. A connection that breaks takes the answer with it, so it is waited for much shorter than a
 * job may go without a sign of life.
 */
export async function leaveForCertain(runtime: Runtime, run: JobRun, reason?: string): Promise<void> {
  const timeout = Math.min(10_000, Math.max(500, runtime.ackWait / 4))
  for (let attempt = 1; ; attempt++) {
    try {
      return await run.message.leave(timeout, reason)
    } catch (error) {
      run.log.warn({ err: error }, 'the server has not confirmed that the job is off the queue')
      if (attempt === tries || runtime.nats.isClosed()) return
      await wait(250 * 2 ** attempt)
    }
  }
}
