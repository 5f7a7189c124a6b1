import { type RunningJob, subjects } from '@danbooru-jobs/contracts'
import type { Msg } from '@nats-io/transport-node'
import type { Runtime } from '../worker/runtime.ts'
import type { WorkerActor } from '../worker/worker-actor.ts'

/** Answers what operators ask the workers of this process. */
export function listenToControl(runtime: Runtime, actor: WorkerActor): void {
  const { name } = actor.definition
  const on = (verb: 'cancel' | 'running', answer: (message: Msg) => object | undefined) => {
    runtime.nats.subscribe(subjects.control(verb, name), {
      callback: (error, message) => {
        const said = error === null ? answer(message) : undefined
        if (said) message.respond(JSON.stringify(said))
      },
    })
  }
  on('running', () => {
    const held = actor.held()
    return held.length > 0 ? held : undefined
  })
  on('cancel', (message) => {
    const asked = parse(message)
    if (!asked) return undefined
    const job: RunningJob | undefined = actor.cancel(asked.jobId, asked.reason)
    return job && { kind: job.startedAt === undefined ? 'removed' : 'aborting', job }
  })
}

function parse(message: Msg): { jobId: string; reason: string } | undefined {
  try {
    const said = message.json<{ jobId?: unknown; reason?: unknown }>()
    return typeof said.jobId === 'string'
      ? { jobId: said.jobId, reason: String(said.reason ?? 'no reason given') }
      : undefined
  } catch {
    return undefined
  }
}
