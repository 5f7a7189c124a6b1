import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { MikroORM } from '@mikro-orm/postgresql'
import { freshDatabase, type TestDatabase } from '../../../../test/harness/index.ts'
import { booruDatabase, chargeRateLimits, levels, writeRateLimit } from '../../src/index.ts'

let database: TestDatabase
let orm: MikroORM
before(async () => {
  database = await freshDatabase()
  orm = await MikroORM.init({ ...booruDatabase, clientUrl: database.url })
})
after(async () => {
  await orm.close()
  await database[Symbol.asyncDispose]()
})

const start = Date.parse('2026-01-01T00:00:00Z')
const rule = { action: 'test:create', rate: 1, burst: 10 }

/** Charges at that many seconds, and returns whether it was refused and what the bucket then holds. */
async function charge(key: string, seconds: number): Promise<[boolean, number]> {
  const limited = await chargeRateLimits(
    orm.em.fork(),
    { ...rule, keys: [key] },
    new Date(start + seconds * 1_000),
  )
  const [row] = await database.query<{ points: number }>('select points from rate_limits where key = $1', [
    key,
  ])
  return [limited, row?.points ?? Number.NaN]
}

describe('a rate limit', () => {
  test('is charged from the first call on, and lets one more through than its burst', async () => {
    const answers: [boolean, number][] = []
    for (let n = 0; n < 12; n++) answers.push(await charge('ip/burst', 0))
    assert.deepEqual(answers.slice(0, 2), [
      [false, 9],
      [false, 8],
    ])
    assert.deepEqual(answers.slice(9), [
      [false, 0],
      [false, -1],
      [true, -2],
    ])
  })

  test('fills up again with time, and no further than its burst', async () => {
    await charge('users/refill', 0)
    await database.query(`update rate_limits set points = -2 where key = 'users/refill'`)
    assert.deepEqual(await charge('users/refill', 0), [true, -3])
    assert.deepEqual(await charge('users/refill', 1), [true, -3])
    assert.deepEqual(await charge('users/refill', 6), [false, 1])
    assert.deepEqual(await charge('users/refill', 66), [false, 9])
  })

  test('refuses when one of its keys is in debt, and charges both', async () => {
    await charge('users/both', 0)
    await database.query(`update rate_limits set points = -30 where key = 'users/both'`)
    const keys = ['users/both', 'ip/2001:db8::1']
    assert.equal(await chargeRateLimits(orm.em.fork(), { ...rule, keys }, new Date(start)), true)
    const rows = await database.query('select key, points from rate_limits where key = any ($1) order by 1', [
      keys,
    ])
    assert.deepEqual(rows, [
      { key: 'ip/2001:db8::1', points: 9 },
      { key: 'users/both', points: -30 },
    ])
  })

  test('fills up faster from Gold on', () => {
    assert.deepEqual(writeRateLimit({ level: levels.member }), { rate: 1, burst: 200 })
    assert.deepEqual(writeRateLimit({ level: levels.gold }), { rate: 4, burst: 200 })
  })
})
