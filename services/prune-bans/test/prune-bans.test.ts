import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import pg from 'pg'
import { type Fixtures, fixtures, type JobBed, makeJobBed } from '../../../test/harness/index.ts'
import { pruneBansWorker } from '../src/prune-bans.ts'

let bed: JobBed
let make: Fixtures
before(async () => {
  bed = await makeJobBed(pruneBansWorker)
  make = fixtures({ query: bed.database.query, now: new Date() })
})
after(() => bed[Symbol.asyncDispose]())
beforeEach(async () => {
  await bed.database.query('TRUNCATE users, bans CASCADE')
})

/** Bit 0 is the flag for banned; bit 5 is set in every account. */
const banned = 33
const free = 32

const addUsers = (names: readonly string[], bitPrefs: number) =>
  make.users(names, { bit_prefs: bitPrefs, created_at: '2020-01-01' })
/** PostgreSQL subtracts the age, since the length of a month depends on the calendar. */
const ban = async (name: string, age: string, duration: string) => {
  const [row] = await bed.database.query<{ user_id: number; banner_id: number; created_at: string }>(
    `SELECT id AS user_id, id AS banner_id, (now() AT TIME ZONE 'UTC' - $2::interval)::text AS created_at
       FROM users WHERE name = $1`,
    [name, age],
  )
  await make.insert('bans', { ...row, reason: 'test', duration })
}
const flags = async () => {
  const rows = await bed.database.query<{ name: string; banned: boolean }>(
    'SELECT name, bit_prefs & 1 = 1 AS banned FROM users ORDER BY name',
  )
  return Object.fromEntries(rows.map((row) => [row.name, row.banned]))
}

describe('prune-bans', () => {
  test('lifts the ban of a week that began a month ago, and not the one that began now', async () => {
    await addUsers(['expired', 'fresh'], banned)
    await ban('expired', '1 month', '1 week')
    await ban('fresh', '0 seconds', '1 week')
    assert.deepEqual(await bed.resultOf(), { lifted: 1, users: ['expired'] })
    assert.deepEqual(await flags(), { expired: false, fresh: true })
  })

  test('keeps everything else: the other flags, the bans, no mod action and no feedback', async () => {
    await addUsers(['expired'], banned | 64)
    await ban('expired', '1 month', '1 week')
    await bed.resultOf()
    const [user] = await bed.database.query<{ bit_prefs: string; touched: boolean }>(
      "SELECT bit_prefs::text, updated_at > '2020-01-02' AS touched FROM users",
    )
    assert.deepEqual(user, { bit_prefs: String(free | 64), touched: true })
    const counts = await bed.database.query(
      `SELECT (SELECT count(*)::int FROM bans) AS bans, (SELECT count(*)::int FROM mod_actions) AS mod_actions,
              (SELECT count(*)::int FROM user_feedback) AS feedback, (SELECT count(*)::int FROM dmails) AS dmails`,
    )
    assert.deepEqual(counts, [{ bans: 1, mod_actions: 0, feedback: 0, dmails: 0 }])
  })

  test('keeps a user banned who has an expired and an active ban', async () => {
    await addUsers(['both'], banned)
    await ban('both', '1 month', '1 week')
    await ban('both', '1 day', '1 week')
    assert.deepEqual(await bed.resultOf(), { lifted: 0, users: [] })
  })

  test('clears a flag that no ban explains, as later Danbooru does', async () => {
    await addUsers(['no ban at all'], banned)
    await addUsers(['never banned'], free)
    assert.deepEqual(await bed.resultOf(), { lifted: 1, users: ['no ban at all'] })
  })

  test('counts calendar months and a hundred years', async () => {
    await addUsers(['month', 'century'], banned)
    await ban('month', '1 month 1 hour', 'P1M')
    await ban('century', '50 years', 'P100Y')
    assert.deepEqual(await bed.resultOf(), { lifted: 1, users: ['month'] })
  })

  test('survives durations that no date can hold', async () => {
    await addUsers(['endless', 'infinite', 'negative', 'expired'], banned)
    await ban('endless', '1 day', '300000 years')
    await ban('infinite', '1 day', 'infinity')
    await ban('negative', '1 day', '-300000 years')
    await ban('expired', '1 month', '1 week')
    assert.deepEqual(await bed.resultOf(), { lifted: 2, users: ['negative', 'expired'] })
    assert.deepEqual(await bed.resultOf(), { lifted: 0, users: [] })
  })

  test('lifts 100,000 bans while another session holds one user and reads the others', async () => {
    await addUsers(
      Array.from({ length: 100_000 }, (_, n) => `u${n}`),
      banned,
    )
    const other = new pg.Client(bed.database.url)
    await other.connect()
    await other.query("SET lock_timeout = '2s'; BEGIN; SELECT FROM users WHERE name = 'u5' FOR UPDATE")
    const result = bed.resultOf()
    for (let ended = false; !ended; ) {
      ended = await Promise.race([
        result.then(() => true),
        other.query('SELECT count(*) FROM users').then(() => false),
      ])
      await other.query("UPDATE users SET favorite_count = favorite_count + 1 WHERE name = 'u5'")
    }
    await other.query('COMMIT')
    await other.end()
    const { lifted, users } = (await result) as { lifted: number; users: string[] }
    assert.equal(lifted, 99_999)
    assert.equal(users.length, 100)
    assert.deepEqual(await bed.resultOf(), { lifted: 1, users: ['u5'] })
  })
})
