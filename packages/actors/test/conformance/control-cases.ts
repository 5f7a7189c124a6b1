import assert from 'node:assert/strict'
import { test } from 'node:test'
import { done, worker } from '@danbooru-jobs/actors'
import { readQueuesOf } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import type { EnqueueResult } from '@danbooru-jobs/contracts'
import { jetstreamManager } from '@nats-io/jetstream'
import type { StartBackend } from './backend.ts'
import { ownType } from './job-types.ts'

export function controlCases(start: StartBackend): void {
  /** One job at a time; each runs until its gate is opened or it is cancelled. */
  function gated() {
    const type = ownType()
    const begun: number[] = []
    const gate = Promise.withResolvers<void>()
    const definition = worker(
      type,
      async ({ n }, job) => {
        begun.push(n)
        const aborted = new Promise<never>((_resolve, reject) => {
          job.signal.addEventListener('abort', () => reject(job.signal.reason))
        })
        await Promise.race([gate.promise, aborted])
        return done()
      },
      { concurrency: 1 },
    )
    return { type, begun, gate, definition }
  }

  test('a running job is asked to stop', async () => {
    const { type, begun, definition } = gated()
    await using jobs = await start([definition])
    const { id, sequence } = stored(await jobs.publisher.enqueue(type, { n: 1 }))
    await jobs.until(() => begun.length === 1)
    const said = await jobs.control.cancel({ id, type: type.name, streamSequence: sequence }, 'tester')
    assert.equal(said.kind, 'aborting')
    await jobs.until(() => jobs.record(id)?.end === 'cancelled')
  })

  test('a queued job is taken off the queue', async () => {
    const { type, begun, gate, definition } = gated()
    await using jobs = await start([definition])
    await jobs.publisher.enqueue(type, { n: 1 })
    await jobs.until(() => begun.length === 1)
    const { id, sequence } = stored(await jobs.publisher.enqueue(type, { n: 2 }))
    const said = await jobs.control.cancel({ id, type: type.name, streamSequence: sequence }, 'tester')
    assert.equal(said.kind, 'removed')
    gate.resolve()
    await jobs.until(() => jobs.record(id)?.end === 'cancelled')
    assert.deepEqual(begun, [1])
  })

  test('a delayed job runs now', async () => {
    const { type, begun, gate, definition } = gated()
    await using jobs = await start([definition])
    gate.resolve()
    const { id, sequence } = stored(await jobs.publisher.enqueue(type, { n: 1 }, { delay: '1h' }))
    const said = await jobs.control.runNow({ id, type: type.name, streamSequence: sequence }, 0)
    assert.equal(said.kind, 'started')
    await jobs.until(() => jobs.record(id)?.end === 'done')
    assert.deepEqual(begun, [1])
    assert.equal(await jobs.stored(type), 0)
  })

  test('a paused queue runs nothing until it is resumed', async () => {
    const { type, begun, gate, definition } = gated()
    await using jobs = await start([definition])
    gate.resolve()
    await jobs.queues.pause(type.name)
    await jobs.publisher.enqueue(type, { n: 1 })
    const jsm = await jetstreamManager(jobs.connection, { checkAPI: false })
    const [queue] = await readQueuesOf({ nats: jobs.connection, jsm, clock: systemClock }, [type.name])
    assert.deepEqual([queue?.isPaused, queue?.jobs.queued], [true, 1])
    assert.deepEqual(begun, [])
    await jobs.queues.resume(type.name)
    await jobs.until(() => begun.length === 1)
  })

  test('a purge takes what has not started', async () => {
    const { type, begun, gate, definition } = gated()
    await using jobs = await start([definition])
    const running = stored(await jobs.publisher.enqueue(type, { n: 1 }))
    await jobs.until(() => begun.length === 1)
    await jobs.publisher.enqueue(type, { n: 2 })
    await jobs.publisher.enqueue(type, { n: 3 }, { delay: '1h' })
    assert.equal(await jobs.queues.purge(type.name, 'tester'), 2)
    gate.resolve()
    await jobs.until(() => jobs.record(running.id)?.end === 'done')
    assert.deepEqual(begun, [1])
    assert.equal(await jobs.stored(type), 0)
  })

  test('the smaller priority runs first when slots are short', async () => {
    const order: string[] = []
    const blocker = gated()
    const [low, high] = [ownType({ priority: 50 }), ownType({ priority: -50 })]
    const note = (name: string) => async () => void order.push(name)
    await using jobs = await start(
      [blocker.definition, worker(low, note('low')), worker(high, note('high'))],
      {
        maxThreads: 1,
      },
    )
    await jobs.publisher.enqueue(blocker.type, { n: 1 })
    await jobs.until(() => blocker.begun.length === 1)
    await jobs.publisher.enqueue(low, { n: 1 })
    await jobs.publisher.enqueue(high, { n: 1 })
    const isHeld = async (name: string) => (await jobs.control.running(name)).length === 1
    for (const type of [low, high]) {
      for (let held = false; !held; ) held = await isHeld(type.name)
    }
    blocker.gate.resolve()
    await jobs.until(() => order.length === 2)
    assert.deepEqual(order, ['high', 'low'])
  })
}

type Accepted = Extract<EnqueueResult, { status: 'accepted' }>

function stored(result: EnqueueResult): Accepted {
  assert.equal(result.status, 'accepted')
  return result as Accepted
}
