import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import pg from 'pg'
import {
  before as ago,
  type Fixtures,
  fixtures,
  type JobBed,
  makeJobBed,
} from '../../../test/harness/index.ts'
import { pruneRateLimitsWorker } from '../src/prune-rate-limits.ts'

const now = new Date()
let bed: JobBed
let make: Fixtures
before(async () => {
  bed = await makeJobBed(pruneRateLimitsWorker)
  make = fixtures({ query: bed.database.query, now })
})
after(() => bed[Symbol.asyncDispose]())
beforeEach(() => bed.database.query('DELETE FROM rate_limits'))

/** Rate limits named after their age, each last used that long ago. */
const add = (...ages: readonly (readonly [amount: number, unit: 'hours' | 'minutes'])[]) =>
  make.insertAll(
    'rate_limits',
    ages.map(([amount, unit]) => ({ key: `${amount} ${unit}`, updated_at: ago({ now }, amount, unit) })),
    { action: 'test', points: 1, created_at: ago({ now }, 1) },
  )
const left = async () =>
  (await bed.database.query<{ key: string }>('SELECT key FROM rate_limits ORDER BY key')).map(
    ({ key }) => key,
  )

describe('prune-rate-limits', () => {
  test('deletes what was last used more than an hour ago and nothing else', async () => {
    await add([2, 'hours'], [61, 'minutes'], [59, 'minutes'], [0, 'minutes'])
    assert.deepEqual(await bed.resultOf(), { deleted: 2 })
    assert.deepEqual(await left(), ['0 minutes', '59 minutes'])
  })

  test('changes nothing the second time', async () => {
    await add([2, 'hours'])
    await bed.resultOf()
    assert.deepEqual(await bed.resultOf(), { deleted: 0 })
  })

  test('skips a limit that is locked, and does not wait', async () => {
    await add([2, 'hours'], [3, 'hours'])
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
    const keys = Array.from({ length: 100_000 }, (_, n) => ({ key: String(n) }))
    await make.insertAll('rate_limits', keys, { action: 'test', points: 1, created_at: ago({ now }, 1) })
    await add([1, 'minutes'])
    assert.deepEqual(await bed.resultOf(), { deleted: 100_000 })
    assert.deepEqual(await left(), ['1 minutes'])
  })
})
