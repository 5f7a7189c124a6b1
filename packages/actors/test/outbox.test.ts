import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, outboxRelay, worker } from '@danbooru-jobs/actors'
import { defineJob, NoLeaderError, NoStreamError, PayloadTooLargeError } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { judgeFailure, judgeReply } from '../src/transport/judge-reply.ts'
import { type Bed, makeBed } from './harness.ts'

const child = defineJob({ name: 'outbox-child', title: 'child', payload: z.object({ n: z.number() }) })
const parent = defineJob({
  name: 'outbox-parent',
  title: 'parent',
  payload: z.object({ count: z.number(), fail: z.boolean() }),
  delivery: { attempts: 1 },
})

describe('what an answer means for a row', () => {
  const error = (code: number) => ({ kind: 'error', code, description: 'x' }) as const
  test('stored', () =>
    assert.equal(judgeReply({ kind: 'stored', stream: 'JOBS', sequence: 1, duplicate: true }).kind, 'stored'))
  test('already queued', () => assert.equal(judgeReply(error(10071)).kind, 'stored'))
  test('a bad schedule', () => assert.equal(judgeReply(error(10189)).kind, 'refused'))
  test('out of storage', () => assert.equal(judgeReply(error(10047)).kind, 'later'))
  test('no stream', () => assert.equal(judgeFailure(new NoStreamError('x')).kind, 'refused'))
  test('no leader', () => assert.equal(judgeFailure(new NoLeaderError('x', 1)).kind, 'later'))
  test('too large', () => assert.equal(judgeFailure(new PayloadTooLargeError('x', 2, 1)).kind, 'refused'))
  test('no answer', () => assert.equal(judgeFailure(new Error('timeout')).kind, 'later'))
})

describe('the outbox', () => {
  let bed: Bed
  const seen: number[] = []
  before(async () => {
    bed = await makeBed()
    await bed.run([
      outboxRelay,
      worker(
        child,
        async ({ n }) => {
          seen.push(n)
          return done()
        },
        { concurrency: 1 },
      ),
      worker(parent, async ({ count, fail }, job) => {
        await job.transaction(async (_em, outbox) => {
          for (let n = 0; n < count; n++) outbox.enqueue(child, { n })
          if (fail) throw new Error('rolled back')
        })
      }),
    ])
  })
  after(() => bed[Symbol.asyncDispose]())

  const rows = async () =>
    Number((await bed.database.query<{ count: string }>('select count(*) from jobs.outbox'))[0]?.count)

  test('publishes the messages of a committed transaction in order, and deletes their rows', async () => {
    await bed.enqueue(parent, { count: 1_200, fail: false })
    await until(() => seen.length === 1_200)
    assert.deepEqual(
      seen,
      Array.from({ length: 1_200 }, (_, n) => n),
    )
    await until(async () => (await rows()) === 0)
  })

  test('publishes nothing of a transaction that was rolled back', async () => {
    seen.length = 0
    await bed.enqueue(parent, { count: 3, fail: true })
    await until(async () => (await bed.jsm.streams.info('JOBS')).state.messages === 0)
    assert.equal(await rows(), 0)
    assert.deepEqual(seen, [])
  })

  test('is open to other programs, in plain SQL', async () => {
    seen.length = 0
    await bed.database.query(
      `insert into jobs.outbox (subject, body) values ('jobs.outbox-child', '{"n": 7}')`,
    )
    await until(() => seen.length === 1)
    assert.deepEqual(seen, [7])
  })

  test('sets aside what NATS refuses, with the reason, and publishes the rows behind it', async () => {
    seen.length = 0
    await bed.database.query(
      `insert into jobs.outbox (subject, headers, body) values
         ('nobody.listens', '{}', '{}'),
         ('schedules.outbox-child.x', '{"Nats-Schedule": "every full moon", "Nats-Schedule-Target": "jobs.outbox-child"}', '{"n": 1}'),
         ('jobs.outbox-child', '{}', '{"n": 8}')`,
    )
    await until(() => seen.length === 1)
    const refused = await until(async () => {
      const found = await bed.database.query<{ refusal: string }>(
        'select refusal from jobs.outbox where refused_at is not null order by id',
      )
      return found.length === 2 && found
    })
    assert.match(refused[0]?.refusal ?? '', /NoStreamError.*nobody\.listens/)
    assert.match(refused[1]?.refusal ?? '', /schedule/)
    assert.deepEqual(seen, [8])
    await bed.database.query('delete from jobs.outbox')
  })

  test('sets a row aside that no client could send, and relays the others in one pass', async () => {
    seen.length = 0
    const bad: readonly (readonly [subject: string, headers: string])[] = [
      ['jobs.outbox-child', '{"My Header": "x"}'],
      ['jobs.outbox-child', '{"Próba": "x"}'],
      ['jobs.outbox-child', '{"": "x"}'],
      ['jobs.outbox-child', '{"X-Note": "two\\nlines"}'],
      ['jobs.outbox-child', '{"X-Note": 5}'],
      ['jobs.outbox-child', '{"X-Note": null}'],
      ['jobs.outbox-child', '{"X-Note": ["x"]}'],
      ['jobs.outbox child', '{}'],
      ['jobs.*', '{}'],
      ['', '{}'],
    ]
    for (const [subject, headers] of bad)
      await bed.database.query('insert into jobs.outbox (subject, headers, body) values ($1, $2, $3)', [
        subject,
        headers,
        '{"n": 1}',
      ])
    await bed.database.query(
      `insert into jobs.outbox (subject, body)
       select 'jobs.outbox-child', jsonb_build_object('n', n) from generate_series(1, 600) as n`,
    )
    await until(() => seen.length === 600)
    const refusals = await until(async () => {
      const found = await bed.database.query<{ subject: string; refusal: string }>(
        'select subject, refusal from jobs.outbox where refused_at is not null order by id',
      )
      return found.length === bad.length && found
    })
    assert.equal(await rows(), bad.length)
    assert.match(refusals[0]?.refusal ?? '', /"My Header" is not a header name/)
    assert.match(refusals[3]?.refusal ?? '', /"X-Note" must be one line of text/)
    assert.match(refusals[7]?.refusal ?? '', /"jobs.outbox child" is not a subject to publish on/)
    await bed.database.query('delete from jobs.outbox')
  })

  test('waits for NATS to come back', async () => {
    seen.length = 0
    await bed.nats.kill9()
    await bed.database.query(
      `insert into jobs.outbox (subject, body) values ('jobs.outbox-child', '{"n": 9}')`,
    )
    await bed.nats.restart()
    await until(() => seen.length === 1)
    assert.deepEqual(seen, [9])
    await until(async () => (await rows()) === 0)
  })
})
