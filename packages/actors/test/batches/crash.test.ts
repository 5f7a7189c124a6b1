import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPublisher, job } from '@danbooru-jobs/contracts'
import { spawnService, until } from '../../../../test/harness/index.ts'
import { makeBed } from '../harness.ts'
import { part, whole } from './batch-service.ts'

test('killed again and again, every batch is reported once, with the right counts', {
  timeout: 180_000,
}, async () => {
  await using bed = await makeBed()
  await bed.database.query('create table reported (id text, total int, done int)')
  const spawn = () =>
    spawnService('packages/actors/test/batches/batch-service.ts', {
      NATS_URL: bed.nats.url,
      DATABASE_URL: bed.database.url,
      ACK_WAIT_SECONDS: '1',
    })
  let service = spawn()
  await service.waitForLog((line) => line.msg === 'services started')
  const publisher = createPublisher(bed.connection)
  const ids: string[] = []
  for (let batch = 0; batch < 4; batch++) {
    const jobs = Array.from({ length: 150 }, (_, n) => job(part, { n }))
    const { id } = await publisher.enqueueMany(jobs, { onComplete: { job: job(whole, {}) }, chunkSize: 50 })
    ids.push(id)
    await until(async () => (await ended(id)) > 20, { timeout: 60_000 })
    await service.kill9()
    service = spawn()
  }
  await until(async () => (await reported()).length >= ids.length, {
    timeout: 90_000,
    what: 'all batches to be reported',
  })
  await until(async () => (await bed.jsm.streams.info('JOBS')).state.messages === 0, { timeout: 60_000 })
  await service.terminate()
  const rows = await reported()
  assert.deepEqual(rows.map(({ id }) => id).toSorted(), ids.toSorted())
  assert.ok(rows.every(({ total, done }) => total === 150 && done === 150))

  async function ended(id: string): Promise<number> {
    const [row] = await bed.database.query<{ done: string }>('select done from jobs.batches where id = $1', [
      id,
    ])
    return Number(row?.done ?? 0)
  }
  function reported() {
    return bed.database.query<{ id: string; total: number; done: number }>('select * from reported')
  }
})
