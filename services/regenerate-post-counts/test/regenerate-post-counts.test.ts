import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import pg from 'pg'
import {
  type Fixtures,
  fixtures,
  type JobBed,
  makeJobBed,
  spawnService,
  until,
} from '../../../test/harness/index.ts'
import { regeneratePostCountsWorker } from '../src/regenerate-post-counts.ts'

let bed: JobBed
let make: Fixtures
let uploader: number
const on = ({ database }: Pick<JobBed, 'database'>) => fixtures({ query: database.query, now: new Date() })
before(async () => {
  bed = await makeJobBed(regeneratePostCountsWorker)
  make = on(bed)
  uploader = await make.user('uploader')
})
after(() => bed[Symbol.asyncDispose]())
beforeEach(() => bed.database.query('TRUNCATE posts, tags RESTART IDENTITY CASCADE'))

const addTags = (counts: Readonly<Record<string, number>>) =>
  make.insertAll(
    'tags',
    Object.entries(counts).map(([name, post_count]) => ({ name, post_count })),
    { created_at: '2020-01-01' },
  )
const addPost = (tagString: string, flags = {}) =>
  make.post(uploader, { tag_string: tagString, ...flags }, null)
const counts = async () => {
  const rows = await bed.database.query<{ name: string; post_count: number }>(
    'SELECT name, post_count FROM tags',
  )
  return Object.fromEntries(rows.map(({ name, post_count }) => [name, post_count]))
}

describe('regenerate-post-counts', () => {
  test('sets -10, 10, 10 right for one post with the first two tags, and reports each', async () => {
    await addTags({ touhou: -10, bkub: 10, chen: 10 })
    await addPost('touhou bkub')
    const { tags, ...rest } = (await bed.resultOf()) as { tags: object[] }
    assert.deepEqual(rest, { corrected: 3, leftForNextTime: 0 })
    assert.deepEqual(
      new Set(tags),
      new Set([
        { name: 'touhou', from: -10, to: 1 },
        { name: 'bkub', from: 10, to: 1 },
        { name: 'chen', from: 10, to: 0 },
      ]),
    )
    assert.deepEqual(await counts(), { touhou: 1, bkub: 1, chen: 0 })
    assert.deepEqual(await bed.resultOf(), { corrected: 0, leftForNextTime: 0, tags: [] })
  })

  test('counts deleted and pending posts, ignores names without a tag, makes no tag and keeps updated_at', async () => {
    await addTags({ a: 0, b: 5, right: 1 })
    await addPost('a b no_such_tag', { is_deleted: true })
    await addPost('a', { is_pending: true })
    await addPost('right')
    await addPost('')
    const { corrected } = (await bed.resultOf()) as { corrected: number }
    assert.equal(corrected, 2)
    assert.deepEqual(await counts(), { a: 2, b: 1, right: 1 })
    const touched = await bed.database.query("SELECT FROM tags WHERE updated_at <> '2020-01-01'")
    assert.equal(touched.length, 0)
  })

  test('survives tag strings that are refused today', async () => {
    await addTags({ a: 9, b: 9 })
    await addPost('  a   a b ')
    await bed.resultOf()
    assert.deepEqual(await counts(), { a: 2, b: 1 }, 'a name counts once per occurrence')
  })

  test('skips a tag that is locked, and does not wait', async () => {
    await addTags({ a: 9, b: 9 })
    const other = new pg.Client(bed.database.url)
    await other.connect()
    await other.query("BEGIN; UPDATE tags SET post_count = post_count + 1 WHERE name = 'a'")
    const { corrected, leftForNextTime } = (await bed.resultOf()) as {
      corrected: number
      leftForNextTime: number
    }
    assert.deepEqual([corrected, leftForNextTime], [1, 1])
    await other.query('COMMIT')
    await other.end()
    assert.deepEqual(await counts(), { a: 10, b: 0 })
    await bed.resultOf()
    assert.deepEqual(await counts(), { a: 0, b: 0 })
  })

  test('corrects 100,000 tags while other sessions go on editing them', async () => {
    await addManyTags()
    const other = new pg.Client(bed.database.url)
    await other.connect()
    await other.query("SET lock_timeout = '2s'")
    const result = bed.resultOf()
    for (let edits = 1, ended = false; !ended; edits += 997) {
      await other.query('UPDATE tags SET is_deprecated = NOT is_deprecated WHERE id = $1', [
        (edits % 100_000) + 1,
      ])
      ended = await Promise.race([
        result.then(() => true),
        other.query('SELECT max(post_count) FROM tags').then(() => false),
      ])
    }
    await other.end()
    const { corrected, leftForNextTime, tags } = (await result) as {
      corrected: number
      leftForNextTime: number
      tags: unknown[]
    }
    assert.equal(corrected + leftForNextTime, 100_000)
    assert.equal(tags.length, 100)
    await bed.resultOf()
    assert.deepEqual(
      await bed.database.query('SELECT count(*)::int AS wrong FROM tags WHERE post_count <> 0'),
      [{ wrong: 0 }],
    )
  })
})

test('killed half-way, the rest is done by the next run', async () => {
  await using own = await makeJobBed(regeneratePostCountsWorker)
  await own.stopAll()
  await addManyTags(on(own))
  const env = { NATS_URL: own.nats.url, DATABASE_URL: own.database.url, ACK_WAIT_SECONDS: '2' }
  await using doomed = spawnService('services/regenerate-post-counts/src/main.ts', env)
  await doomed.waitForLog(({ msg }) => msg === 'services started')
  const ending = own.runJob()
  const corrected = async () => {
    const [row] = await own.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM tags WHERE post_count = 0',
    )
    return row?.n ?? 0
  }
  await until(async () => (await corrected()) > 0)
  await doomed.kill9()
  const half = await corrected()
  assert.ok(half < 100_000, `${half} were corrected before it was killed`)
  await using next = spawnService('services/regenerate-post-counts/src/main.ts', env)
  await next.waitForLog(({ msg }) => msg === 'services started')
  const ended = await ending
  assert.equal(ended.state, 'done')
  assert.equal(await corrected(), 100_000)
})

function addManyTags(to: Fixtures = make) {
  const names = Array.from({ length: 100_000 }, (_, n) => ({ name: `tag_${n + 1}` }))
  return to.insertAll('tags', names, { post_count: 7 })
}
