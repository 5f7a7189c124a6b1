import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { RunningServices } from '@danbooru-jobs/actors'
import { prunePostDisapprovalsBefore } from '@danbooru-jobs/booru'
import pg from 'pg'
import {
  before as ago,
  type Fixtures,
  fixtures,
  type JobBed,
  makeJobBed,
} from '../../../test/harness/index.ts'
import { prunePostDisapprovalsWorker } from '../src/prune-post-disapprovals.ts'

let bed: JobBed
let make: Fixtures
let em: () => ReturnType<RunningServices['runtime']['database']>['orm']['em']
before(async () => {
  bed = await makeJobBed(prunePostDisapprovalsWorker)
  make = fixtures({ query: bed.database.query, now })
  const { runtime } = await bed.run([])
  em = () => runtime.database().orm.em.fork()
  // The users and posts that disapprovals point to do not matter here.
  await bed.database.query(
    `DO $$ DECLARE reference record; BEGIN
       FOR reference IN SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'post_disapprovals'::regclass
       LOOP EXECUTE format('ALTER TABLE post_disapprovals DROP CONSTRAINT %I', reference.conname); END LOOP;
     END $$`,
  )
})
after(() => bed[Symbol.asyncDispose]())
beforeEach(() => bed.database.query('TRUNCATE post_disapprovals'))

const now = new Date()
const add = (postId: number, createdAt: Date | null, userId = 1) =>
  make.insert('post_disapprovals', {
    post_id: postId,
    user_id: userId,
    reason: 'poor_quality',
    created_at: createdAt,
  })
const daysAgo = (days: number) => ago({ now }, days)
const posts = async () =>
  (await bed.database.query<{ post_id: number }>('SELECT post_id FROM post_disapprovals ORDER BY 1')).map(
    ({ post_id }) => post_id,
  )

describe('prune-post-disapprovals', () => {
  test('deletes one of two months and keeps one of seven days', async () => {
    await add(1, daysAgo(60))
    await add(2, daysAgo(7))
    assert.deepEqual(await bed.resultOf(), { deleted: 1 })
    assert.deepEqual(await posts(), [2])
    assert.deepEqual(await bed.resultOf(), { deleted: 0 })
  })

  test('deletes the recent ones of the same post too', async () => {
    await add(1, daysAgo(60), 1)
    await add(1, daysAgo(1), 2)
    await add(1, null, 3)
    await add(2, null)
    assert.deepEqual(await bed.resultOf(), { deleted: 3 })
    assert.deepEqual(await posts(), [2])
  })

  const boundaries = [
    {
      now: '2026-03-31T12:00:00Z',
      cutoff: '2026-02-28T13:00:00',
      why: 'February has no 31st; Eastern time moved in between',
    },
    {
      now: '2026-03-01T02:00:00Z',
      cutoff: '2026-01-29T02:00:00',
      why: 'in Eastern time it is still the 28th of February',
    },
    { now: '2026-08-15T12:00:00Z', cutoff: '2026-07-15T12:00:00', why: 'a plain month' },
  ]
  for (const { now, cutoff, why } of boundaries) {
    test(`a month before ${now} is ${cutoff}: ${why}`, async () => {
      const moment = new Date(`${cutoff}Z`).getTime()
      await add(1, new Date(moment - 1_000))
      await add(2, new Date(moment))
      await prunePostDisapprovalsBefore(em(), new Date(now))
      assert.deepEqual(await posts(), [2])
    })
  }

  test('deletes 100,000 in one statement while another session reads and adds', async () => {
    await make.insertAll(
      'post_disapprovals',
      Array.from({ length: 100_000 }, (_, n) => ({ post_id: n + 1 })),
      { user_id: 1, reason: 'disinterest', created_at: '2020-01-01' },
    )
    const other = new pg.Client(bed.database.url)
    await other.connect()
    await other.query("SET lock_timeout = '1s'")
    const result = bed.resultOf()
    let added = 0
    for (let ended = false; !ended; added++) {
      await other.query(
        "INSERT INTO post_disapprovals (post_id, user_id, reason, created_at) VALUES ($1, 2, 'disinterest', now())",
        [1_000_000 + added],
      )
      ended = await Promise.race([
        result.then(() => true),
        other.query('SELECT count(*) FROM post_disapprovals').then(() => false),
      ])
    }
    await other.end()
    assert.deepEqual(await result, { deleted: 100_000 })
    assert.equal((await posts()).length, added)
  })
})
