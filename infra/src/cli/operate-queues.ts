import { UnknownQueueError } from '@danbooru-jobs/actors/operate'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import type { Answer } from './answer.ts'
import { unknownName } from './arguments.ts'
import { confirm } from './confirm.ts'
import { countText } from './format/count.ts'
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

/**
 * Takes off the queue what does not run. Asks first, with the count, unless it is sure or there are none.
 *
 * @throws {UsageError} when it would have to ask, and there is no terminal
 */
export async function purgeQueue(type: string, isSure: boolean): Promise<Answer> {
  const removed = await onQueue(
    type,
    withOperator(async ({ queues }) => {
      if (!isSure) {
        const count = await queues.purgeable(type)
        if (count === 0) return 0
        await confirm(`This takes ${countText(count, 'job')} of ${type} off the queue.`)
      }
      return queues.purge(type)
    }),
  )
  const text = `${countText(removed, 'job')} of ${type} removed; running jobs continue.`
  return { value: { type, removed }, text }
}

/** A type without a queue may be declared, or misspelled. @throws {UsageError} naming those that exist */
async function onQueue<Result>(type: string, done: Promise<Result>): Promise<Result> {
  const known: readonly string[] = jobTypes.map(({ name }) => name)
  return done.catch((error) => {
    if (error instanceof UnknownQueueError && !known.includes(type)) unknownName('job type', type, known)
    throw error
  })
}
