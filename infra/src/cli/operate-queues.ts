import { UnknownQueueError } from '@danbooru-jobs/actors/operate'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import type { Answer } from './answer.ts'
import { unknownName } from './arguments.ts'
import { withOperator } from './with-operator.ts'

/** Stops deliveries of a type, everywhere, until it is resumed. */
export async function pauseQueue(type: string): Promise<Answer> {
  await onQueue(
    type,
    withOperator(({ queues }) => queues.pause(type)),
  )
  return { value: { type, paused: true }, text: `${type} is paused; running jobs continue.` }
}

/** Lets a paused type continue. */
export async function resumeQueue(type: string): Promise<Answer> {
  await onQueue(
    type,
    withOperator(({ queues }) => queues.resume(type)),
  )
  return { value: { type, paused: false }, text: `${type} is resumed.` }
}

/** Pauses a type and waits until none of its jobs runs. */
export async function drainQueue(type: string): Promise<Answer> {
  await onQueue(
    type,
    withOperator(({ queues }) => queues.drain(type)),
  )
  return { value: { type, paused: true, running: 0 }, text: `${type} is paused, and none of its jobs runs.` }
}

/** Takes off the queue what does not run. */
export async function purgeQueue(type: string): Promise<Answer> {
  const removed = await onQueue(
    type,
    withOperator(({ queues }) => queues.purge(type)),
  )
  const jobs = removed === 1 ? '1 job' : `${removed} jobs`
  return { value: { type, removed }, text: `${jobs} of ${type} removed; running jobs continue.` }
}

/** A type without a queue may be declared, or misspelled. @throws {UsageError} naming those that exist */
async function onQueue<Result>(type: string, done: Promise<Result>): Promise<Result> {
  const known: readonly string[] = jobTypes.map(({ name }) => name)
  return done.catch((error) => {
    if (error instanceof UnknownQueueError && !known.includes(type)) unknownName('job type', type, known)
    throw error
  })
}
