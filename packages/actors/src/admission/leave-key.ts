import { jobHeader, natsHeader, placeOf, streamName, subjects } from '@danbooru-jobs/contracts/wire'
import { JetStreamApiError } from '@nats-io/jetstream'
import type { Runtime } from '../runtime/runtime.ts'
import { publishUntilAnswered } from '../transport/publish.ts'
import type { JobRun } from '../worker/job-run.ts'
import { park, sameJob } from './park.ts'
import { lastAt, release, releaseStored } from './release.ts'
import { keyLeft, parkedForKey, type StartMove } from './start-move.ts'

/** Should the worker that ends a job die before it has called the next one, that one comes back after this time, milliseconds. */
const backAfter = 5 * 60_000

/**
 * Moves a job that may start to a place of its own, from where it is delivered again and runs; its key is free for the next job
 * from then on. Every step may be repeated after a crash: until the last one the old message stands and is delivered again.
 */
export async function moveToStart(
  runtime: Runtime,
  run: JobRun,
  move: Extract<StartMove, { kind: 'move' }>,
): Promise<void> {
  const here = placeOf(run.message.subject)
  const again = run.message.info.deliveries > 1
  const parkedBefore = again && (await isAt(runtime, subjects.scheduleAt(here), run.id))
  if (!parkedBefore && (await startAt(runtime, run, move.place))) return run.message.ack()
  if (!parkedBefore) await parkBehind(runtime, run, here)
  // Whoever ran may have ended before this job was parked, and found nobody to call.
  if (!(await lastAt(runtime, subjects.anywhereAt(move.place)))) await release(runtime, here, run.id)
  run.message.ack()
}

/** Calls the job that waits for the slot of its key, if there is one. */
export async function callNextOfKey(runtime: Runtime, run: JobRun): Promise<void> {
  const key = keyLeft(run.definition.type.delivery.unique?.mode, run.message.subject)
  if (key === undefined) return
  const waiting = await lastAt(runtime, subjects.scheduleAt(key))
  if (waiting?.header.get(jobHeader.parked) === parkedForKey) await releaseStored(runtime, waiting)
}

/**
 * A failed job takes its key back while it waits for its retry, so that it counts as queued; if another job has taken the key
 * meanwhile, that one counts and the failed one waits where it is.
 *
 * @returns whether it waits under its key, as a message of its own.
 */
export async function takeKeyBack(runtime: Runtime, run: JobRun, delay: number): Promise<boolean> {
  const key = keyLeft(run.definition.type.delivery.unique?.mode, run.message.subject)
  if (key === undefined) return false
  const carried = sameJob(run, run.attempt)
  const at = new Date(runtime.clock.now().getTime() + delay)
  carried.set(natsHeader.msgId, `${run.id}:retry:${run.message.info.streamSequence}:${run.attempt}`)
  carried.set(natsHeader.schedule, `@at ${at.toISOString()}`)
  carried.set(natsHeader.scheduleTarget, subjects.jobAt(key))
  expectNobody(carried, key)
  const back = { subject: subjects.scheduleAt(key), headers: carried, body: run.message.data }
  return (await publishUntilAnswered(runtime, back)) === 'stored'
}

/**
 * Looks at the key that a started job has left before it runs. Its old message may stand there still, for a moment or because a
 * worker died: it is removed, so that a handler that runs can rely on its key being free.
 *
 * @returns whether the job is to be dropped: it has failed and waits under its key for the next attempt, and its worker died
 * before it could take this message off the queue.
 */
export async function hasTakenKeyBack(runtime: Runtime, run: JobRun): Promise<boolean> {
  const key = keyLeft(run.definition.type.delivery.unique?.mode, run.message.subject)
  if (key === undefined) return false
  const there = await lastAt(runtime, subjects.anywhereAt(key))
  if (there?.header.get(jobHeader.id) !== run.id) return false
  if (there.seq > run.message.info.streamSequence) return true
  await runtime.jsm.streams.deleteMessage(streamName.jobs, there.seq, false).catch(ignoreGone)
  return false
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof JetStreamApiError)) throw error
}

/** False if another job stands there. */
async function startAt(runtime: Runtime, run: JobRun, place: string): Promise<boolean> {
  const carried = sameJob(run, run.attempt - 1)
  carried.set(natsHeader.msgId, `${run.id}:started:${run.message.info.streamSequence}`)
  expectNobody(carried, place)
  const moved = { subject: subjects.jobAt(place), headers: carried, body: run.message.data }
  if ((await publishUntilAnswered(runtime, moved)) === 'stored') return true
  return isAt(runtime, subjects.anywhereAt(place), run.id)
}

async function parkBehind(runtime: Runtime, run: JobRun, place: string): Promise<void> {
  const key = place.split('.')[1] ?? ''
  await park(runtime, run, { place, waitingFor: { limit: parkedForKey, key }, backAfter })
}

function expectNobody(carried: { set(name: string, value: string): void }, place: string): void {
  carried.set(natsHeader.expectedLastSubjectSequence, '0')
  carried.set(natsHeader.expectedLastSubjectSequenceSubject, subjects.anywhereAt(place))
}

async function isAt(runtime: Runtime, subject: string, jobId: string): Promise<boolean> {
  return (await lastAt(runtime, subject))?.header.get(jobHeader.id) === jobId
}
