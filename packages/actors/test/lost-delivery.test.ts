import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, retry, worker } from '@danbooru-jobs/actors'
import { defineJob, type JobType } from '@danbooru-jobs/contracts'
import { jobHeader } from '@danbooru-jobs/contracts/wire'
import { createInbox } from '@nats-io/transport-node'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { type Bed, makeBed } from './harness.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

const ackWait = 1_000

function define(name: string, attempts: number) {
  return defineJob({ name, title: name, payload: z.object({ n: z.number() }), delivery: { attempts } })
}

/** Takes a job as a worker does whose connection breaks before the job arrives. */
async function lose(type: JobType, deliveries: number): Promise<void> {
  for (let left = deliveries; left > 0; ) {
    const inbox = createInbox()
    const messages = bed.connection.subscribe(inbox)
    const pull = JSON.stringify({ batch: 1, expires: 5_000_000_000 })
    bed.connection.publish(`$JS.API.CONSUMER.MSG.NEXT.JOBS.${type.name}`, pull, { reply: inbox })
    for await (const message of messages) {
      if (message.headers?.code === undefined || message.headers.code === 0) left--
      break
    }
  }
}

/** A type whose consumer exists, without a worker. */
async function provisioned(type: JobType): Promise<void> {
  const services = await bed.run([worker(type, async () => done())], { ackWait })
  await services.stop()
}

async function attemptsOf(type: ReturnType<typeof define>): Promise<number[]> {
  const attempts: number[] = []
  const services = await bed.run(
    [
      worker(type, async (_, job) => {
        attempts.push(job.attempt)
        return done()
      }),
    ],
    { ackWait },
  )
  await until(async () => {
    const { num_pending, num_ack_pending } = await bed.jsm.consumers.info('JOBS', type.name)
    return num_pending + num_ack_pending === 0
  })
  await services.stop()
  return attempts
}

describe('a delivery that never reached a worker', () => {
  test('does not use up the only attempt of a job', async () => {
    const type = define('lost-only', 1)
    await provisioned(type)
    await bed.enqueue(type, { n: 1 }, { id: 'lost-only-1' })
    await lose(type, 2)
    assert.deepEqual(await attemptsOf(type), [1])
    const copy = await bed.jsm.streams.getMessage('JOB_LOG', {
      last_by_subj: 'job-log.stored.jobs.lost-only',
    })
    assert.deepEqual(
      [copy?.header.get(jobHeader.id), copy?.header.get(jobHeader.attempts)],
      ['lost-only-1', '0'],
    )
  })

  test('is not counted, but for the first one, which cannot be known', async () => {
    const type = define('lost-several', 2)
    await provisioned(type)
    await bed.enqueue(type, { n: 1 })
    await lose(type, 3)
    assert.deepEqual(await attemptsOf(type), [2])
  })

  test('is not counted after a failed attempt', async () => {
    const type = defineJob({
      name: 'lost-later',
      title: 'x',
      payload: z.object({ n: z.number() }),
      delivery: { attempts: 2, backOff: { kind: 'list', delays: ['2s'] } },
    })
    let failures = 0
    const fails = worker(type, async () => {
      failures++
      return retry('once')
    })
    const services = await bed.run([fails], { ackWait })
    await bed.enqueue(type, { n: 1 })
    await until(() => failures === 1)
    await services.stop()
    await lose(type, 2)
    assert.deepEqual(await attemptsOf(type), [2])
  })

  test('is not counted when the job waits for a slot at shutdown and is put back', async () => {
    const type = define('lost-waiting', 1)
    const blocking = define('lost-blocking', 1)
    await provisioned(type)
    await bed.enqueue(type, { n: 1 })
    await lose(type, 2)
    const started = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const blocks = worker(blocking, async () => {
      started.resolve()
      await end.promise
      return done()
    })
    const settings = { ackWait, maxThreads: 1 }
    const services = await bed.run([blocks, worker(type, async () => done())], settings)
    // The lost job comes back only when its lease has run out: the other one has the slot by then.
    await bed.enqueue(blocking, { n: 1 })
    await started.promise
    const waits = services.services.find(({ definition }) => definition.name === type.name)?.worker
    await until(() => waits?.held().some((job) => job.jobType === type.name && !('startedAt' in job)), {
      what: 'the job to wait for the slot',
    })
    const stopped = services.stop()
    await until(() => waits?.counts.republished === 1, { what: 'the job to be put back' })
    end.resolve()
    await stopped
    assert.deepEqual(await attemptsOf(type), [1])
  })
})
