import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, retry, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { type Bed, makeBed } from './harness.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

const payload = z.object({ n: z.number() })

describe('a worker', () => {
  test('takes no more jobs than it runs, so that others can have them', async () => {
    const type = defineJob({ name: 'no-prefetch', title: 'Waits for its gate', payload })
    const gate = Promise.withResolvers<void>()
    const started: number[] = []
    await bed.run([
      worker(
        type,
        async ({ n }) => {
          started.push(n)
          await gate.promise
          return done()
        },
        { concurrency: 2 },
      ),
    ])
    for (let n = 0; n < 20; n++) await bed.enqueue(type, { n })
    await until(() => started.length === 2)
    const { num_ack_pending, num_pending } = await bed.jsm.consumers.info('JOBS', type.name)
    assert.deepEqual({ num_ack_pending, num_pending }, { num_ack_pending: 2, num_pending: 18 })
    gate.resolve()
    await until(() => started.length === 20)
  })

  test('runs healthy jobs while thousands wait for their retry', async () => {
    const type = defineJob({
      name: 'half-bad',
      title: 'Fails for odd numbers',
      payload,
      delivery: { backOff: { kind: 'list', delays: ['1h'] } },
    })
    const healthy: number[] = []
    await bed.run([
      worker(
        type,
        async ({ n }) => {
          if (n % 2 === 1) return retry('odd')
          healthy.push(n)
          return done()
        },
        { concurrency: 50 },
      ),
    ])
    const odd = Array.from({ length: 2_000 }, (_, index) =>
      bed.js.publish('jobs.half-bad', JSON.stringify({ n: 2 * index + 1 })),
    )
    await Promise.all(odd)
    await until(async () => (await bed.jsm.consumers.info('JOBS', type.name)).num_pending === 0)
    for (let n = 0; n < 20; n += 2) await bed.enqueue(type, { n })
    await until(() => healthy.length === 10)
    assert.equal((await bed.jsm.consumers.info('JOBS', type.name)).num_ack_pending, 2_000)
    await bed.jsm.streams.purge('JOBS', { filter: 'jobs.half-bad' })
  })

  test('makes its consumer again after it was deleted', async () => {
    const type = defineJob({ name: 'deleted-consumer', title: 'Counts', payload })
    const seen: number[] = []
    await bed.run([
      worker(type, async ({ n }) => {
        seen.push(n)
        return done()
      }),
    ])
    await bed.enqueue(type, { n: 1 })
    // Acknowledged, and not only run: else the new consumer delivers it again.
    await until(async () => (await bed.jsm.consumers.info('JOBS', type.name)).ack_floor.consumer_seq === 1)
    await bed.jsm.consumers.delete('JOBS', type.name)
    await bed.enqueue(type, { n: 2 })
    await until(() => seen.length === 2)
    assert.deepEqual(seen, [1, 2])
  })

  test('settles a job whose handler ignores its time limit, and runs the next', async () => {
    const type = defineJob({
      name: 'deaf',
      title: 'Does not listen',
      payload,
      delivery: { timeLimit: '1s', attempts: 1 },
    })
    const seen: number[] = []
    await bed.run([
      worker(
        type,
        async ({ n }) => {
          seen.push(n)
          if (n === 1) await new Promise(() => undefined)
          return done()
        },
        { concurrency: 1 },
      ),
    ])
    await bed.enqueue(type, { n: 1 })
    await bed.enqueue(type, { n: 2 })
    await until(() => seen.length === 2)
    const last = await until(() =>
      bed.jsm.streams.getMessage('JOB_LOG', {
        last_by_subj: '$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.deaf',
      }),
    )
    assert.match(
      last.json<{ reason: string }>().reason,
      /TimeLimitError: the attempt ran longer than its time limit of 1 s/,
    )
  })
})
