import { type RunningJob, subjects } from '@danbooru-jobs/contracts/wire'
import type { Msg } from '@nats-io/transport-node'
import type { Runtime } from '../runtime/runtime.ts'
import { listen } from '../transport/guard.ts'
import type { WorkerActor } from './worker-actor.ts'

/** Every process answers, so that the operator waits no longer than for the slowest. */
const notHere = { kind: 'not-found' } as const

/** Answers the questions of operators to the workers of this process. */
export function listenToControl(runtime: Runtime, actor: WorkerActor): void {
  const { name } = actor.definition
  const on = (verb: 'cancel' | 'running', answer: (message: Msg) => object) => {
    listen(runtime, subjects.control(verb, name), (message) => {
      message.respond(JSON.stringify(answer(message)))
    })
  }
  on('running', () => actor.held())
  on('cancel', (message) => {
    const asked = parse(message)
    if (!asked) return notHere
    const job: RunningJob | undefined = actor.cancel(asked.jobId, asked.reason)
    return job ? { kind: job.startedAt === undefined ? 'removed' : 'aborting', job } : notHere
  })
}

function parse(message: Msg): { jobId: string; reason: string } | undefined {
  try {
    const request = message.json<{ jobId?: unknown; reason?: unknown }>()
    return typeof request.jobId === 'string'
      ? { jobId: request.jobId, reason: String(request.reason ?? 'no reason given') }
      : undefined
  } catch {
    return undefined
  }
}
