import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { batches, done, outboxRelay, worker } from '@danbooru-jobs/actors'
import { createPublisher, defineJob } from '@danbooru-jobs/contracts'
import { jobHeader } from '@danbooru-jobs/contracts/wire'
import { headers } from '@nats-io/transport-node'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { type Bed, makeBed } from './harness.ts'

/** What a program that may publish on one subject tries to have published by the services, which may publish on others. */
const deletes = '$JS.API.STREAM.DELETE.JOBS'
const type = defineJob({ name: 'gets-forged', title: 'Gets forged messages', payload: z.object({}) })

let bed: Bed
before(async () => {
  bed = await makeBed()
  await bed.run([batches, outboxRelay, worker(type, async () => done())])
})
after(() => bed[Symbol.asyncDispose]())

const streamExists = async () => (await bed.jsm.streams.info('JOBS')).config.name === 'JOBS'

describe('a subject of the NATS server', () => {
  test('in Job-Notify gets no message from the worker', async () => {
    const carried = headers()
    carried.set(jobHeader.notify, deletes)
    const { seq } = await bed.js.publish('jobs.gets-forged', '{}', { headers: carried })
    const report = await until(async () =>
      bed.jsm.streams
        .getMessage('JOB_LOG', { last_by_subj: `job-log.report.gets-forged.${seq}` })
        .catch(() => undefined),
    )
    assert.match(JSON.stringify(report.json()), /belongs to the NATS server/)
    assert.ok(await streamExists())
  })

  test('in the callback of a batch makes the report about the batch invalid', async () => {
    const onComplete = { subject: deletes, headers: {}, body: '{}' }
    for (const news of [
      { type: 'batch.opened', batch: 'forged', onComplete },
      { type: 'batch.sealed', batch: 'forged', chunks: 0 },
    ])
      await bed.js.publish('batches.forged', JSON.stringify(news))
    const isEmpty = async () => {
      const { num_pending, num_ack_pending } = await bed.jsm.consumers.info('LIFECYCLES', 'batches')
      return num_pending + num_ack_pending === 0
    }
    await until(isEmpty)
    const [batch] = await bed.database.query<{ on_complete: unknown }>(
      `select on_complete from jobs.batches where id = 'forged'`,
    )
    assert.equal(batch?.on_complete ?? null, null)
    assert.ok(await streamExists())
  })

  test('in the outbox is refused, and the rows behind it are published', async () => {
    await bed.database.query(`insert into jobs.outbox (subject, headers, body) values ($1, '{}', '{}')`, [
      deletes,
    ])
    const publisher = createPublisher(bed.connection)
    assert.equal((await publisher.enqueue(type, {})).status, 'accepted')
    const [row] = await until(async () => {
      const rows = await bed.database.query<{ refusal: string }>(
        'select refusal from jobs.outbox where refused_at is not null',
      )
      return rows.length > 0 && rows
    })
    assert.match(row?.refusal ?? '', /not a subject to publish on/)
    assert.ok(await streamExists())
  })
})
