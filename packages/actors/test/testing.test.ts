import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineSchedule, done, retry, scheduler, worker } from '@danbooru-jobs/actors'
import { startTestJobs } from '@danbooru-jobs/actors/testing'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { freshDatabase } from '../../../test/harness/index.ts'

const greet = defineJob({
  name: 'greet',
  title: 'Greet somebody',
  payload: z.object({ name: z.string(), polite: z.boolean().default(true) }),
  delivery: { attempts: 3, backOff: { kind: 'list', delays: ['5m'] } },
})

describe('the test kit', () => {
  test('keeps jobs until they are to be performed', async () => {
    const greeted: string[] = []
    await using jobs = await startTestJobs([
      worker(greet, async ({ name }) => {
        greeted.push(name)
        return done()
      }),
    ])
    const result = await jobs.enqueue(greet, { name: 'Alice' })
    assert.equal(result.status, 'accepted')
    jobs.assertEnqueued(greet, { name: 'Alice' })
    assert.deepEqual(greeted, [])
    assert.equal(await jobs.performEnqueuedJobs(), 1)
    assert.deepEqual(greeted, ['Alice'])
    jobs.assertNoEnqueued()
    assert.equal(result.status === 'accepted' && jobs.job(result.id)?.state, 'done')
  })

  test('lets time pass', async () => {
    const attempts: number[] = []
    await using jobs = await startTestJobs([
      worker(greet, async (_, job) => {
        attempts.push(job.attempt)
        return retry('nobody there')
      }),
    ])
    await jobs.enqueue(greet, { name: 'Bob' }, { delay: '10m', id: 'one' })
    jobs.assertEnqueued(greet, undefined, { at: '10m', count: 1 })
    await jobs.advance('9m')
    assert.equal(await jobs.performEnqueuedJobs(), 0)
    await jobs.advance('1m')
    assert.equal(await jobs.performEnqueuedJobs(), 1)
    assert.equal(jobs.job('one')?.state, 'retrying')
    await jobs.advance('5m')
    await jobs.performEnqueuedJobs()
    await jobs.advance('5m')
    await jobs.performEnqueuedJobs()
    assert.deepEqual(attempts, [1, 2, 3])
    const job = jobs.job('one')
    assert.equal(job?.state, 'discarded')
    assert.match(job?.reason ?? '', /^attempts-exhausted/)
  })

  test('performs what an enqueue leads to at once, in inline mode', async () => {
    const greeted: string[] = []
    await using jobs = await startTestJobs([worker(greet, async ({ name }) => void greeted.push(name))], {
      mode: 'inline',
    })
    await jobs.enqueue(greet, { name: 'Carol' })
    assert.deepEqual(greeted, ['Carol'])
    await jobs.enqueue(greet, { name: 'Dave' }, { delay: '1h' })
    await jobs.advance('1h')
    assert.deepEqual(greeted, ['Carol', 'Dave'])
  })

  test('performs only the types that are asked for', async () => {
    const other = defineJob({ name: 'other', title: 'Another', payload: z.object({}) })
    await using jobs = await startTestJobs([
      worker(greet, async () => done()),
      worker(other, async () => done()),
    ])
    await jobs.enqueue(greet, { name: 'Eve' })
    await jobs.enqueue(other, {})
    assert.equal(await jobs.performEnqueuedJobs({ only: [other] }), 1)
    jobs.assertEnqueued(greet)
    jobs.assertNoEnqueued(other)
  })

  test('lists what is in the queue when an assertion fails', async () => {
    await using jobs = await startTestJobs([worker(greet, async () => done())])
    await jobs.enqueue(greet, { name: 'Frank' }, { actor: 'user:1' })
    const isMessage = (pattern: RegExp) => (error: Error) =>
      error.name === 'AssertionError' && pattern.test(error.message)
    assert.throws(
      () => jobs.assertEnqueued(greet, { name: 'Grace' }),
      isMessage(/greet \{"name":"Frank","polite":true\} queued/),
    )
    assert.throws(() => jobs.assertEnqueued(greet, undefined, { at: '1h' }), isMessage(/found 0/))
    assert.throws(() => jobs.assertEnqueued(greet, undefined, { actor: 'user:2' }), isMessage(/found 0/))
    assert.throws(() => jobs.assertEnqueued(greet, undefined, { count: 2 }), isMessage(/found 1/))
    assert.throws(() => jobs.assertNoEnqueued(), isMessage(/Frank/))
  })

  test('gives one job one attempt and returns its state', async () => {
    await using jobs = await startTestJobs([
      worker(greet, async (_, job) => {
        job.note('knocked')
        throw new RangeError('nobody there')
      }),
    ])
    const job = await jobs.perform(greet, { name: 'Heidi' })
    assert.equal(job.state, 'retrying')
    assert.deepEqual(job.lines, ['knocked'])
    assert.equal(job.errors[0]?.name, 'RangeError')
  })

  test('refuses by name what its server does not implement', async () => {
    await using jobs = await startTestJobs([])
    const reply = await jobs.connection.request('$JS.API.META.LEADER.STEPDOWN')
    assert.match(reply.string(), /the NATS server in memory does not know \$JS\.API\.META/)
  })

  test('reports a handler that needs a database and has none', async () => {
    await using jobs = await startTestJobs([
      worker(greet, async (_, job) => job.transaction(async () => done())),
    ])
    const job = await jobs.perform(greet, { name: 'Ivan' })
    assert.match(job.errors[0]?.message ?? '', /give startTestJobs one/)
  })
})

describe('the test kit with a database', () => {
  const follow = defineJob({ name: 'follow-up', title: 'Follow up', payload: z.object({ name: z.string() }) })

  test('delivers the messages of a transaction after its commit, and none of one that fails', async () => {
    await using database = await freshDatabase()
    const handler = worker(greet, async ({ name }, job) => {
      await job.transaction(async (em, outbox) => {
        assert.equal(await job.once(em), true)
        outbox.enqueue(follow, { name })
        if (job.attempt === 1) throw new Error('after the fact')
      })
      return done()
    })
    await using jobs = await startTestJobs([handler, worker(follow, async () => done())], {
      database: { url: database.url, entities: [] },
    })
    const { id } = await jobs.perform(greet, { name: 'Judy' }, { actor: 'user:9' })
    jobs.assertNoEnqueued(follow)
    await jobs.advance('5m')
    await jobs.performEnqueuedJobs({ only: [greet] })
    assert.equal(jobs.job(id)?.state, 'done')
    jobs.assertEnqueued(follow, { name: 'Judy' }, { actor: 'user:9', count: 1 })
    assert.deepEqual(await database.query('select * from jobs.outbox'), [])
  })

  test('ticks for a schedule at each of its times, on the frozen clock', async () => {
    await using database = await freshDatabase()
    const ran: string[] = []
    const nightly = defineSchedule({
      name: 'nightly',
      job: follow,
      payload: { name: 'x' },
      cron: '0 30 4 * * *',
    })
    const note = worker(follow, async (_, { clock }) => void ran.push(clock.now().toISOString()))
    await using jobs = await startTestJobs([scheduler('kit', [nightly]), note], {
      database: { url: database.url, entities: [] },
      mode: 'inline',
      now: new Date('2026-03-01T00:00:00Z'),
    })
    await jobs.advance('3d')
    const due = ['2026-03-01T04:30:00.000Z', '2026-03-02T04:30:00.000Z', '2026-03-03T04:30:00.000Z']
    assert.deepEqual(ran, due)
  })
})
