import { describe } from 'node:test'
import { natsHeader } from '@danbooru-jobs/contracts/wire'
import { jetstream } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import type { Backend, StartBackend } from './backend.ts'
import { batchCases } from './batch-cases.ts'
import { controlCases } from './control-cases.ts'
import { failureCases } from './failure-cases.ts'
import { limitCases } from './limit-cases.ts'
import { messageCases } from './message-cases.ts'
import { outcomeCases } from './outcome-cases.ts'
import { timeCases } from './time-cases.ts'

/**
 * What every backend that runs jobs must do, one test for each rule. Run against NATS and against the in-process backend, so that a handler
 * that passes its tests in memory meets the same rules in production.
 */
export function conformance(name: string, startEmpty: StartBackend): void {
  const start: StartBackend = async (definitions, options) => {
    const backend = await startEmpty(definitions, options)
    await fill(backend)
    return backend
  }
  describe(`${name}: messages`, () => messageCases(start))
  describe(`${name}: outcomes`, () => outcomeCases(start))
  describe(`${name}: failures`, () => failureCases(start))
  describe(`${name}: control`, () => controlCases(start))
  describe(`${name}: limits`, () => limitCases(start))
  describe(`${name}: batches`, () => batchCases(start))
  describe(`${name}: time`, () => timeCases(start))
}

/** Jobs of other types, due and for later, stand before those of a case: no rule may depend on an empty stream. */
async function fill({ connection }: Backend): Promise<void> {
  const js = jetstream(connection)
  const later = headers()
  later.set(natsHeader.schedule, `@at ${new Date(Date.now() + 86_400_000).toISOString()}`)
  later.set(natsHeader.scheduleTarget, 'jobs.bystander')
  await js.publish('jobs.bystander', '{}')
  await js.publish('jobs.bystander.key', '{}')
  await js.publish('schedules.bystander.later', '{}', { headers: later })
}
