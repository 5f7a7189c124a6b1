import { jobHeader, natsHeader, subjects } from '@danbooru-jobs/contracts/wire'
import { rankOf } from '../admission/admission.ts'
import { leaveForCertain } from '../admission/leave-for-certain.ts'
import { moveToStart, takeKeyBack } from '../admission/leave-key.ts'
import { leaveForNow, parkForLimit } from '../admission/leave-limits.ts'
import { leaveQueue } from '../admission/leave-queue.ts'
import { sameJob, waitingPlace } from '../admission/park.ts'
import type { Json } from '../outcome/outcome.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { publishUntilStored } from '../transport/publish.ts'
import type { Settlement } from './attempt.ts'
import type { JobRun } from './job-run.ts'
import { notifyEnded } from './notify.ts'
import { describeError, report } from './report.ts'

/**
 * Carries a settlement out: reports what is to be kept, tells who waits, and only then answers the server.
 *
 * @returns undefined if there is nothing to wait for, as for most jobs that are done: each wait costs every job.
 */
export function settle(runtime: Runtime, run: JobRun, settlement: Settlement): Promise<void> | undefined {
  return settlement.kind === 'ack'
    ? settleDone(runtime, run, settlement.result)
    : settleOtherwise(runtime, run, settlement)
}

function settleDone(runtime: Runtime, run: JobRun, result: Json | undefined): Promise<void> | undefined {
  if (result !== undefined || run.hasNews) report(runtime, run, 'ended', { result: result as never })
  const told = notifyEnded(runtime, run, { state: 'done', result })
  return told === undefined ? leaveQueue(runtime, run) : told.then(() => leaveQueue(runtime, run))
}

async function settleOtherwise(
  runtime: Runtime,
  run: JobRun,
  settlement: Exclude<Settlement, { readonly kind: 'ack' }>,
): Promise<void> {
  switch (settlement.kind) {
    case 'nak': {
      const nextAttemptAt = new Date(runtime.clock.now().getTime() + settlement.delay).toISOString()
      report(runtime, run, 'failed', { error: describeError(settlement.error), nextAttemptAt })
      await leaveForNow(runtime, run)
      if (await takeKeyBack(runtime, run, settlement.delay)) return leaveQueue(runtime, run)
      return run.message.nak(settlement.delay)
    }
    case 'republish':
      await republish(runtime, run, settlement)
      await leaveForNow(runtime, run)
      // Should this message come back, the job would be there twice.
      return leaveForCertain(runtime, run)
    case 'term':
      if (settlement.error) report(runtime, run, 'failed', { error: describeError(settlement.error) })
      await notifyEnded(runtime, run, { state: settlement.state, reason: settlement.reason })
      return leaveQueue(runtime, run, settlement.reason)
    case 'move':
      return moveToStart(runtime, run, settlement)
    case 'park':
      return parkForLimit(runtime, run, settlement.parking)
    case 'drop':
      return run.message.ack()
    default:
      return settlement satisfies never
  }
}

/**
 * Puts the job back into the queue as a message of its own, with the attempts used so far in a header: the server's count of
 * deliveries cannot be turned back.
 */
async function republish(
  runtime: Runtime,
  run: JobRun,
  back: { readonly delay: number; readonly attemptsUsed: number; readonly reason: string },
): Promise<void> {
  const { message } = run
  const { subject, order } = placeForLater(run)
  const carried = sameJob(run, back.attemptsUsed)
  if (order !== undefined) carried.set(jobHeader.order, String(order))
  carried.set(natsHeader.msgId, `${run.id}:${back.reason}:${message.info.streamSequence}`)
  if (back.delay <= 1) {
    return publishUntilStored(runtime, { subject, headers: carried, body: message.data })
  }
  const at = new Date(runtime.clock.now().getTime() + back.delay)
  carried.set(natsHeader.schedule, `@at ${at.toISOString()}`)
  carried.set(natsHeader.scheduleTarget, subject)
  const later = subjects.scheduleAt(
    waitingPlace(subject, run.id, run.definition.type.delivery.unique?.mode === 'debounce'),
  )
  return publishUntilStored(runtime, { subject: later, headers: carried, body: message.data })
}

/** In an ordered key a job that comes back later stands apart from those that have not started, and keeps its rank. */
function placeForLater(run: JobRun): { readonly subject: string; readonly order?: number } {
  return run.claim?.queue === undefined
    ? { subject: run.message.subject }
    : { subject: subjects.jobAt(run.claim.parking), order: rankOf(run) }
}
