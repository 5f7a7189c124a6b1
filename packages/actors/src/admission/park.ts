import { type JobReport, jobHeader, natsHeader, placeOf, subjects } from '@danbooru-jobs/contracts/wire'
import type { MsgHdrs } from '@nats-io/transport-node'
import { ownHeaders } from '../operate/stored-job.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { publishUntilStored } from '../transport/publish.ts'
import type { JobRun } from '../worker/job-run.ts'
import { report } from '../worker/report.ts'

/**
 * After how long a parked job comes back by itself, should nobody have released it: the last resort if a database was restored
 * from a backup, say. Milliseconds.
 */
export const comesBackAfter = 60 * 60_000

/** How a job is to wait. */
export interface Parking {
  /** Where: a place of which the job is the only owner. */
  readonly place: string
  readonly waitingFor: NonNullable<JobReport['waitingFor']>
  /** Its rank in an ordered key. */
  readonly order?: number | undefined
  /** After how long it comes back by itself. Default {@link comesBackAfter}. */
  readonly backAfter?: number
}

/**
 * Parks a job that may not start: its message becomes a schedule far in the future, which whoever makes room turns into a job
 * again (see `release`). The server keeps it, it holds its unique key, and it uses no attempt. The job's own message is still to be
 * acknowledged.
 */
export async function park(runtime: Runtime, run: JobRun, parking: Parking): Promise<void> {
  const { place, waitingFor, order, backAfter = comesBackAfter } = parking
  const at = waitingFor.until ?? new Date(runtime.clock.now().getTime() + backAfter).toISOString()
  const carried = sameJob(run, run.attempt - 1)
  carried.set(jobHeader.parked, waitingFor.limit)
  if (order !== undefined) carried.set(jobHeader.order, String(order))
  carried.set(natsHeader.msgId, `${run.id}:parked:${run.message.info.streamSequence}`)
  carried.set(natsHeader.schedule, `@at ${at}`)
  carried.set(natsHeader.scheduleTarget, subjects.jobAt(place))
  const parked = { subject: subjects.scheduleAt(place), headers: carried, body: run.message.data }
  await publishUntilStored(runtime, parked)
  report(runtime, run, 'parked', { waitingFor, attempt: run.attempt - 1, startedAt: undefined })
}

/** The headers of a run's job for another message of the same job. */
export function sameJob(run: JobRun, attemptsUsed: number): MsgHdrs {
  const carried = ownHeaders(run.message.headers)
  carried.set(jobHeader.id, run.id)
  carried.set(jobHeader.attempts, String(attemptsUsed))
  carried.set(jobHeader.enqueuedAt, run.enqueuedAt.toISOString())
  carried.delete(jobHeader.parked)
  return carried
}

/**
 * The place where a job can wait without taking anybody else's: its own, where only one message can stand, and otherwise one
 * that ends in its id.
 *
 * @param shared whether other jobs are published to that subject too.
 */
export function waitingPlace(subject: string, jobId: string, shared: boolean): string {
  const place = placeOf(subject)
  return shared || !place.includes('.') ? subjects.ownPlace(place, jobId) : place
}
