import type { JobType } from '@danbooru-jobs/contracts'
import {
  jobHeader,
  leavesKeyWhenStarted,
  natsHeader,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import type { Runtime } from '../runtime/runtime.ts'
import type { Settlement } from '../worker/attempt.ts'
import type { JobRun } from '../worker/job-run.ts'
import { asksBeforeStart, type Claim, claimOf } from './claim.ts'
import { hasTakenKeyBack } from './leave-key.ts'
import { type CalledJob, type ClaimAnswer, limitsOf } from './limit-store.ts'
import { firstAt, lastAt, release } from './release.ts'
import { type StartMove, startMove } from './start-move.ts'

/** How long a job waits, without losing an attempt, when the database cannot be asked about its limits, milliseconds. */
const unavailablePause = 5_000

/** Whether jobs of this type may be kept from starting; the others are not delayed by asking. */
export function needsAdmission(type: JobType): boolean {
  return asksBeforeStart(type) || leavesKeyWhenStarted(type.delivery.unique?.mode)
}

/**
 * Asks whether a job may start.
 *
 * @returns undefined if it may; otherwise what becomes of its message instead.
 */
export async function admit(
  runtime: Runtime,
  run: JobRun,
  payload: unknown,
): Promise<Settlement | undefined> {
  const { type } = run.definition
  if (await hasTakenKeyBack(runtime, run)) return { kind: 'drop' }
  const move = startMove(type.delivery.unique?.mode, run.message.subject, run.id)
  const refused = asksBeforeStart(type) ? await askLimits(runtime, run, payload, move) : undefined
  if (refused) return refused
  return move.kind === 'move' ? move : undefined
}

/** Releases the schedules of jobs for which room was made. */
export async function releaseCalled(runtime: Runtime, called: readonly CalledJob[]): Promise<void> {
  await Promise.all(called.map(({ job_id, place }) => release(runtime, place, job_id)))
}

/** The rank of a job in its ordered key: the sequence of the message with which it was enqueued. */
export function rankOf(run: JobRun): number {
  const told = Number(run.message.header(jobHeader.order))
  return Number.isSafeInteger(told) && told > 0 ? told : run.message.info.streamSequence
}

/** The first job of an ordered key that is not parked. */
export async function firstRank(runtime: Runtime, queue: string): Promise<number | undefined> {
  return (await firstAt(runtime, queue))?.seq
}

async function askLimits(
  runtime: Runtime,
  run: JobRun,
  payload: unknown,
  move: StartMove,
): Promise<Settlement | undefined> {
  const { subject, info } = run.message
  const claim = claimOf(run.definition.type, payload, subject, run.id)
  run.claim = claim
  try {
    const order =
      claim.queue === undefined
        ? undefined
        : { rank: rankOf(run), first: await firstRank(runtime, claim.queue) }
    const asked = await limitsOf(runtime).claim(
      claim,
      {
        jobId: run.id,
        jobType: run.type,
        sequence: info.streamSequence,
        place: move.kind === 'move' ? move.place : claim.parking,
        ...(order && { order }),
      },
      runtime.clock.now(),
    )
    await releaseCalled(runtime, asked.called)
    if (asked.kind === 'granted' && asked.was_parked) await dropOwnSchedule(runtime, run, claim)
    return waitingSettlement(asked, claim, run)
  } catch (error) {
    run.log.warn({ err: error }, 'the limits cannot be asked; the job waits')
    return {
      kind: 'republish',
      delay: unavailablePause,
      attemptsUsed: run.attempt - 1,
      reason: 'limits-unavailable',
    }
  }
}

function waitingSettlement(asked: ClaimAnswer, claim: Claim, run: JobRun): Settlement | undefined {
  if (asked.kind === 'granted') return undefined
  const { name: limit, key, until } = asked
  return {
    kind: 'park',
    parking: {
      place: claim.parking,
      waitingFor: { limit, key, ...(until && { until: until.toISOString() }) },
      order: claim.queue === undefined ? undefined : rankOf(run),
    },
  }
}

/** A worker that died between parking a job and acknowledging it has left both; the job that starts now is enough. */
async function dropOwnSchedule(runtime: Runtime, run: JobRun, { parking }: Claim): Promise<void> {
  if (run.message.header(natsHeader.scheduler) !== undefined) return
  const left = await lastAt(runtime, subjects.scheduleAt(parking))
  if (left?.header.get(jobHeader.id) === run.id) {
    await runtime.jsm.streams.deleteMessage(streamName.jobs, left.seq, false)
  }
}
