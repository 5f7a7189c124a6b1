import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import pg from 'pg'
import { type JobBed, makeJobBed } from '../../../test/harness/index.ts'
import { pruneRateLimitsWorker } from '../src/prune-rate-limits.ts'

let bed: JobBed
before(async () => {
  bed = await makeJobBed(pruneRateLimitsWorker)
})
after(() => bed[Symbol.asyncDispose]())
beforeEach(() => bed.database.query('DELETE FROM rate_limits'))

/** Rate limits named after their age, each last used that long ago. */
const add = (...ages: string[]) =>
  bed.database.query(
    `INSERT INTO rate_limits (action, key, points, limited, created_at, updated_at)
     SELECT 'test', age, 1, false, now() AT TIME ZONE 'UTC' - interval '1 day', now() AT TIME ZONE 'UTC' - age::interval
       FROM unnest($1::text[]) AS age`,
    [ages],
  )
const left = async () =>
  (await bed.database.query<{ key: string }>('SELECT key FROM rate_limits ORDER BY key')).map(
    ({ key }) => key,
  )

describe('prune-rate-limits', () => {
  test('deletes what was last used more than an hour ago and nothing else', async () => {
    await add('2 hours', '61 minutes', '59 minutes', '0 minutes')
    assert.deepEqual(await bed.resultOf(), { deleted: 2 })
    assert.deepEqual(await left(), ['0 minutes', '59 minutes'])
  })

  test('changes nothing the second time', async () => {
    await add('2 hours')
    await bed.resultOf()
    assert.deepEqual(await bed.resultOf(), { deleted: 0 })
  })

  test('skips a limit that is locked, and does not wait', async () => {
    await add('2 hours', '3 hours')
    const user = new pg.Client(bed.database.url)
    await user.connect()
    await user.query(
      "BEGIN; UPDATE rate_limits SET updated_at = now() AT TIME ZONE 'UTC' WHERE key = '2 hours'",
    )
    assert.deepEqual(await bed.resultOf(), { deleted: 1 })
    await user.query('COMMIT')
    await user.end()
    assert.deepEqual(await left(), ['2 hours'])
  })

  test('deletes 100,000 of them', async () => {
    await bed.database.query(
      `INSERT INTO rate_limits (action, key, points, limited, created_at, updated_at)
       SELECT 'test', n::text, 1, false, now() - interval '1 day', now() - interval '1 day'
         FROM generate_series(1, 100000) AS n`,
    )
    await add('1 minute')
    assert.deepEqual(await bed.resultOf(), { deleted: 100_000 })
    assert.deepEqual(await left(), ['1 minute'])
  })
})
