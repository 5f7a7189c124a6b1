import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { discard, done, worker } from '@danbooru-jobs/actors'
import { Audit, type HistoryJob, JobHistory, Redrive } from '@danbooru-jobs/actors/operate'
import { type Database, openDatabase, systemClock } from '@danbooru-jobs/actors/program'
import { defineJob } from '@danbooru-jobs/contracts'
import { jobHistory } from '@danbooru-jobs/job-history'
import { outboxRelay } from '@danbooru-jobs/outbox-relay'
import { z } from 'zod'
import { redriveTime } from '../packages/actors/src/operate/dead-letter.ts'
import { type Bed, makeBed } from '../packages/actors/test/harness.ts'
import { until } from './harness/index.ts'

const fragile = defineJob({
  name: 'fragile',
  title: 'Fails until it is fixed',
  payload: z.object({ n: z.number() }),
})
const other = defineJob({ name: 'other', title: 'Fails too', payload: z.object({ n: z.number() }) })

test('a redrive starts so many jobs in a second, and no more', () => {
  const now = new Date('2026-01-01T00:00:00Z')
  const rows: [number, number | undefined, string | undefined][] = [
    [0, undefined, undefined],
    [999, undefined, undefined],
    [9, 10, undefined],
    [10, 10, '2026-01-01T00:00:01.000Z'],
    [25, 10, '2026-01-01T00:00:02.000Z'],
  ]
  for (const [index, rate, expected] of rows)
    assert.equal(redriveTime(index, rate, now)?.toISOString(), expected)
})

describe('dead letters', () => {
  let bed: Bed
  let database: Database
  let history: JobHistory
  let redrive: Redrive
  let fixed = false
  const attempts: { n: number; attempt: number }[] = []

  before(async () => {
    bed = await makeBed()
    const handle = async ({ n }: { n: number }, job: { attempt: number }) => {
      attempts.push({ n, attempt: job.attempt })
      return fixed ? done() : discard(`broken leg ${n}`)
    }
    await bed.run([jobHistory, outboxRelay, worker(fragile, handle), worker(other, handle)])
    const settings = { url: bed.database.url, poolSize: 2, name: 'test' }
    database = await openDatabase(settings, { entities: [] }, systemClock, randomUUID)
    history = new JobHistory(database.run)
    redrive = new Redrive(database, systemClock)
  })
  after(async () => {
    await database.close()
    await bed[Symbol.asyncDispose]()
  })

  const inState = (id: string, state: HistoryJob['state']) =>
    until(async () => (await history.find(id))?.state === state, { what: `${id} ${state}` })

  test('keep payload, reason and errors, and are redriven by filter with an audit record', async () => {
    const ids = await Promise.all([1, 2, 3].map((n) => bed.enqueue(fragile, { n })))
    const spared = await bed.enqueue(other, { n: 9 })
    for (const id of [...ids, spared]) await inState(id, 'discarded')
    assert.equal((await history.find(ids[0] ?? ''))?.reason, 'discarded: broken leg 1')

    const plan = await redrive.redrive(
      { types: ['fragile'], error: 'broken leg' },
      { by: 'nurse', dryRun: true },
    )
    assert.deepEqual(new Set(plan.jobs.map((job) => job.id)), new Set(ids))
    assert.equal(attempts.length, 4)

    fixed = true
    const real = await redrive.redrive({ types: ['fragile'], error: 'broken leg' }, { by: 'nurse' })
    assert.equal(real.jobs.length, 3)
    for (const id of ids) await inState(id, 'done')
    assert.deepEqual(
      attempts
        .slice(4)
        .map(({ n, attempt }) => [n, attempt])
        .sort(),
      [
        [1, 1],
        [2, 1],
        [3, 1],
      ],
    )
    assert.equal((await history.find(spared))?.state, 'discarded')

    const [entry] = await new Audit({ database, clock: systemClock, by: 'reader' }).list()
    assert.ok(entry)
    assert.equal(entry.by, 'nurse')
    assert.equal(entry.action, 'jobs.redrive')
    assert.deepEqual(new Set((entry.details as { jobs: string[] }).jobs), new Set(ids))
  })

  test('are redriven one by one, once, even if two operators do it at the same time', async () => {
    fixed = false
    attempts.length = 0
    const id = await bed.enqueue(fragile, { n: 7 })
    await inState(id, 'discarded')
    fixed = true
    await Promise.all(['one', 'two'].map((by) => redrive.redrive({ jobIds: [id] }, { by })))
    await inState(id, 'done')
    await until(async () => (await bed.database.query('select 1 from jobs.outbox')).length === 0)
    assert.deepEqual(attempts, [
      { n: 7, attempt: 1 },
      { n: 7, attempt: 1 },
    ])
  })

  test('with a rate, the later ones are delayed', async () => {
    fixed = false
    const ids = await Promise.all([11, 12].map((n) => bed.enqueue(other, { n })))
    for (const id of ids) await inState(id, 'discarded')
    fixed = true
    await redrive.redrive({ jobIds: ids }, { by: 'slow', perSecond: 1 })
    for (const id of ids) await inState(id, 'done')
  })

  test('of a unique type that this repository does not declare do not run beside a job of their key', async () => {
    const unique = { mode: 'while-queued-or-running', key: () => 'k' } as const
    const payload = z.object({ n: z.number() })
    const own = defineJob({ name: 'own-unique', title: 'Unique', payload, delivery: { unique } })
    const [began, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let [running, most, ended] = [0, 0, 0]
    const services = await bed.run([
      worker(own, async ({ n }) => {
        if (n === 1 && ended === 0 && most === 0) return discard('at first')
        most = Math.max(most, ++running)
        began.resolve()
        await release.promise
        running--
        ended++
        return done()
      }),
    ])
    const first = await bed.enqueue(own, { n: 1 })
    await inState(first, 'discarded')
    const second = await bed.enqueue(own, { n: 2 })
    await began.promise
    await redrive.redrive({ jobIds: [first] }, { by: 'nurse' })
    await until(async () => (await bed.database.query('select 1 from jobs.outbox')).length === 0)
    const { state } = await bed.jsm.streams.info('JOBS', { subjects_filter: '*.own-unique.>' })
    assert.deepEqual(Object.values(state.subjects ?? {}), [1])
    release.resolve()
    await inState(second, 'done')
    await services.stop()
    assert.equal(most, 1)
  })

  test('what is done is left alone', async () => {
    const id = await bed.enqueue(fragile, { n: 8 })
    await inState(id, 'done')
    assert.deepEqual((await redrive.redrive({ jobIds: [id], states: ['done'] }, { by: 'x' })).jobs, [])
    assert.deepEqual((await redrive.redrive({ jobIds: [id] }, { by: 'x' })).jobs, [])
  })
})
