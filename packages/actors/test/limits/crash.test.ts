import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, worker } from '@danbooru-jobs/actors'
import { createPublisher, defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { spawnService, until } from '../../../../test/harness/index.ts'
import { LimitStore } from '../../src/admission/limit-store.ts'
import { Parking } from '../../src/admission/parking.ts'
import { LimitSweep } from '../../src/admission/sweep.ts'
import { type Bed, makeBed } from '../harness.ts'
import { inOrder, limited, oneAndOne } from './limited-service.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

const payload = z.object({ n: z.number() })
const limitedTo = (name: string) =>
  defineJob({ name, title: name, payload, delivery: { limits: [{ name, max: 1 }] } })

describe('processes that are killed at any step', () => {
  test('every job runs, limits hold, order holds, and nothing is left behind', {
    timeout: 180_000,
  }, async () => {
    await bed.database.query(
      'create table runs (type text, n int, job_id text, began timestamptz, ended timestamptz)',
    )
    const entry = 'packages/actors/test/limits/limited-service.ts'
    const spawn = () =>
      spawnService(entry, { NATS_URL: bed.nats.url, DATABASE_URL: bed.database.url, ACK_WAIT_SECONDS: '1' })
    let service = spawn()
    await service.waitForLog((line) => line.msg === 'services started')
    const publisher = createPublisher(bed.connection)
    const expected = new Set<string>()
    const enqueue = async (count: number, from: number) => {
      for (let n = from; n < from + count; n++) {
        for (const type of [limited, inOrder, oneAndOne]) {
          const result = await publisher.enqueue(type, { n })
          if (result.status === 'accepted') expected.add(result.id)
        }
      }
    }
    for (let kill = 0; kill < 4; kill++) {
      const before = await ended()
      await enqueue(15, kill * 15)
      await until(async () => (await ended()) > before + 10, { timeout: 60_000 })
      await service.kill9()
      service = spawn()
    }
    await until(async () => (await ended()) >= expected.size, { what: 'all jobs to run', timeout: 90_000 })
    await until(async () => (await bed.jsm.streams.info('JOBS')).state.messages === 0, { timeout: 60_000 })
    await service.terminate()
    assert.deepEqual(new Set(await jobIds()), expected)
    await assertOrder()
    assert.ok((await mostAtOnce('limited')) <= 2)
    const [slots] = await bed.database.query<{ n: string }>(
      `select (select count(*) from jobs.limit_parked) + (select count(*) from jobs.limit_slots) as n`,
    )
    assert.equal(slots?.n, '0')
  })
})

describe('what a crash leaves behind', () => {
  test('a job that was called and not released is released by the sweep', async () => {
    const type = limitedTo('not-released')
    const { services, first, started } = await holderAndWaiter(type)
    const store = new LimitStore(services.runtime.database())
    const [called] = await store.leave(
      first,
      [{ name: 'not-released', key: 'all', max: 1 }],
      undefined,
      new Date(),
    )
    assert.ok(called)
    assert.equal(started.length, 1)
    await sweepLater(services, type, 10_000)
    await until(() => started.length === 2)
    for (const one of started) one.end()
  })

  test('the slot of a job that was taken off the queue is given to the next', async () => {
    const type = limitedTo('taken-away')
    const { services, first, started } = await holderAndWaiter(type)
    await bed.database.query(`update jobs.limit_slots set sequence = 999999 where job_id = $1`, [first])
    await sweepLater(services, type, 60_000)
    await until(() => started.length === 2)
    for (const one of started) one.end()
  })

  test('a slot whose job runs is left alone', async () => {
    const type = limitedTo('still-running')
    const { services, started } = await holderAndWaiter(type)
    await sweepLater(services, type, 60_000)
    const [row] = await bed.database.query<{ n: string }>(
      `select count(*) as n from jobs.limit_slots where name = 'still-running'`,
    )
    assert.equal(row?.n, '1')
    assert.equal(started.length, 1)
    started[0]?.end()
    await until(() => started.length === 2)
    started[1]?.end()
  })

  test('a parked job that was cancelled does not keep the slot it is called for', async () => {
    const type = limitedTo('parked-gone')
    const { services, started, second } = await holderAndWaiter(type)
    await createPublisher(bed.connection).cancelDelayed(type, second)
    const third = await bed.enqueue(type, { n: 3 })
    await until(async () => (await parked(type.name)) === 2)
    started[0]?.end()
    await until(async () => (await calledNow(type.name)) === 1)
    await sweepLater(services, type, 10_000)
    await until(() => started.length === 2)
    assert.equal(started[1]?.id, third)
    started[1]?.end()
  })
})

type Services = Awaited<ReturnType<Bed['run']>>

async function holderAndWaiter(type: ReturnType<typeof limitedTo>) {
  const started: { id: string; end: () => void }[] = []
  const services = await bed.run([
    worker(type, async (_, job) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      started.push({ id: job.id, end: resolve })
      await promise
      return done()
    }),
  ])
  const first = await bed.enqueue(type, { n: 1 })
  await until(() => started.length === 1)
  const second = await bed.enqueue(type, { n: 2 })
  await until(async () => (await parked(type.name)) === 1)
  return { services, first, second, started }
}

async function sweepLater(
  services: Services,
  type: ReturnType<typeof limitedTo>,
  later: number,
): Promise<void> {
  const clock = { now: () => new Date(Date.now() + later) }
  const runtime = { ...services.runtime, clock, limits: () => new LimitStore(services.runtime.database()) }
  await new LimitSweep(runtime, type, new Parking(runtime)).sweep()
}

async function parked(type: string): Promise<number> {
  const rows = await bed.database.query('select 1 from jobs.limit_parked where job_type = $1 and stored', [
    type,
  ])
  return rows.length
}

async function calledNow(type: string): Promise<number> {
  const rows = await bed.database.query(
    'select 1 from jobs.limit_parked where job_type = $1 and called_at is not null',
    [type],
  )
  return rows.length
}

async function ended(): Promise<number> {
  return (await jobIds()).length
}

async function jobIds(): Promise<string[]> {
  const rows = await bed.database.query<{ job_id: string }>(
    'select distinct job_id from runs where ended is not null',
  )
  return rows.map((row) => row.job_id)
}

/** The first completed run of each job of an ordered key comes after that of its predecessor. */
async function assertOrder(): Promise<void> {
  const rows = await bed.database.query<{ n: number }>(
    `select n from runs where type = 'in-order' and ended is not null group by n order by min(ended)`,
  )
  for (const key of [0, 1]) {
    const order = rows.map((row) => row.n).filter((n) => n % 2 === key)
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    )
  }
}

/** How many jobs of a type ran at once, counting each job's last run: those before were killed. */
async function mostAtOnce(type: string): Promise<number> {
  const [row] = await bed.database.query<{ most: number }>(
    `with last as (
       select distinct on (job_id) job_id, began, ended from runs where type = $1 order by job_id, began desc
     )
     select max(overlapping)::int as most
       from (select count(*) as overlapping from last a join last b on b.began <= a.began and b.ended > a.began group by a.job_id) x`,
    [type],
  )
  return row?.most ?? 0
}
