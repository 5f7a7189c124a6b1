import type { Runtime } from '../runtime/runtime.ts'
import { decode } from '../worker/decode.ts'
import type { JobRun } from '../worker/job-run.ts'
import { firstRank, releaseCalled } from './admission.ts'
import { asksBeforeStart, type Claim, claimOf } from './claim.ts'
import { leaveForCertain } from './leave-for-certain.ts'
import { limitsOf } from './limit-store.ts'
import { type Parking, park } from './park.ts'
import { release } from './release.ts'

/**
 * Parks a job that a limit does not let start, and acknowledges its message. Whoever makes room for it between the decision and
 * the schedule finds nothing to release; so it is asked once more afterwards.
 */
export async function parkForLimit(runtime: Runtime, run: JobRun, parking: Parking): Promise<void> {
  await park(runtime, run, parking)
  if (parking.waitingFor.until === undefined) {
    const store = limitsOf(runtime)
    if (await store.confirmParked(run.id)) await release(runtime, parking.place, run.id)
    if (run.claim?.queue !== undefined) await callNext(runtime, null, run.claim)
  }
  // Should this message come back, the job would be there twice.
  await leaveForCertain(runtime, run)
}

/**
 * Gives back the slots of a job that has ended or waits for its next attempt, and releases the jobs for which that makes room.
 * A database that does not answer does not hold up the job: the sweep finds its slots later.
 */
export async function leaveLimits(runtime: Runtime, run: JobRun): Promise<void> {
  const { type } = run.definition
  if (!asksBeforeStart(type)) return
  try {
    await callNext(runtime, run.id, run.claim ?? claimOfMessage(run))
  } catch (error) {
    run.log.warn({ err: error }, 'the slots of a job could not be given back; a sweep will')
  }
}

/**
 * A job that waits for its next attempt gives back its slots and asks anew then; in an ordered key it keeps its turn. One that was
 * called and has not begun keeps what it was called for.
 */
export async function leaveForNow(runtime: Runtime, run: JobRun): Promise<void> {
  if (run.claim !== undefined && run.claim.queue === undefined) await leaveLimits(runtime, run)
}

async function callNext(runtime: Runtime, jobId: string | null, claim: Claim | undefined): Promise<void> {
  const first = claim?.queue === undefined ? undefined : await firstRank(runtime, claim.queue)
  const store = limitsOf(runtime)
  await releaseCalled(runtime, await store.leave(jobId, claim?.limits ?? [], first, runtime.clock.now()))
}

/** A job that was refused before its payload was read may hold slots from an earlier attempt. */
function claimOfMessage(run: JobRun): Claim | undefined {
  const { type } = run.definition
  const decoded = decode(type, run.message.data)
  return decoded.ok ? claimOf(type, decoded.payload, run.message.subject, run.id) : undefined
}
