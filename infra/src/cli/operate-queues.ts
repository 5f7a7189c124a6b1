import { setTimeout as wait } from 'node:timers/promises'
import type { AuditAction } from '@danbooru-jobs/actors/operate'
import { ExpectedError } from '../expected-error.ts'
import { jobTypeArgument } from './job-arguments.ts'
import type { Answer } from './operate-jobs.ts'
import { type Controls, withControls } from './with-control.ts'

/** Stops deliveries of a type, everywhere, until it is resumed. */
export function pauseQueue(type: string): Promise<Answer> {
  return operate(type, 'queue.pause', async ({ queues }, name) => {
    await queues.pause(name)
    return { value: { type: name, paused: true }, text: `${name} is paused; running jobs go on.` }
  })
}

/** Lets a paused type go on. */
export function resumeQueue(type: string): Promise<Answer> {
  return operate(type, 'queue.resume', async ({ queues }, name) => {
    await queues.resume(name)
    return { value: { type: name, paused: false }, text: `${name} goes on.` }
  })
}

/** Pauses a type and waits until none of its jobs runs. */
export function drainQueue(type: string): Promise<Answer> {
  return operate(type, 'queue.drain', async ({ queues }, name) => {
    await queues.drain(name, new AbortController().signal, () => wait(500))
    return {
      value: { type: name, paused: true, running: 0 },
      text: `${name} is paused, and none of it runs.`,
    }
  })
}

/** Takes off the queue what has not started. */
export function purgeQueue(type: string): Promise<Answer> {
  return operate(type, 'queue.purge', async ({ queues, by }, name) => {
    const removed = await queues.purge(name, by)
    return {
      value: { type: name, removed },
      text: `${removed} jobs of ${name} are off the queue; running ones go on.`,
    }
  })
}

function operate(
  type: string,
  action: AuditAction,
  deed: (controls: Controls, name: string) => Promise<Answer>,
): Promise<Answer> {
  const { name } = jobTypeArgument(type)
  return withControls(async (controls) => {
    const known = (await controls.queues.list()).some((queue) => queue.type === name)
    if (!known) throw new ExpectedError(`${name} has no queue yet: its service makes it when it starts.`)
    const answer = await deed(controls, name)
    await controls.audit(action, { type: name })
    return answer
  })
}
