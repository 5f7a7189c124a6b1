import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import {
  type Board,
  before,
  type Fixtures,
  fixtures,
  Killed,
  makeBoard,
} from '../../../test/harness/index.ts'
import { pruneBulkUpdateRequestsWorker } from '../src/prune-bulk-update-requests.ts'

const warning = 'This bulk update request is pending automatic rejection in 5 days.'
const rejection = 'This bulk update request has been rejected because it was not approved within 45 days.'

let board: Board
let make: Fixtures
let system: number
let user: number

beforeEach(async () => {
  board = await makeBoard(new Date('2026-03-05T12:00:00Z'))
  make = fixtures(board)
  system = await make.user('DanbooruBot', { level: 40 })
  user = await make.user('builder', { level: 32 })
})
afterEach(() => board[Symbol.asyncDispose]())

const prune = (...options: Parameters<Board['run']> extends [unknown, ...infer Rest] ? Rest : never) =>
  board.run(pruneBulkUpdateRequestsWorker, ...options)

async function topic(columns = {}): Promise<{ topicId: number; postId: number }> {
  const people = { creator_id: user, updater_id: user, created_at: before(board, 50) }
  const topicId = await make.insert('forum_topics', {
    ...people,
    title: 'Hats',
    response_count: 1,
    ...columns,
  })
  const postId = await make.insert('forum_posts', { ...people, topic_id: topicId, body: 'Please.' })
  return { topicId, postId }
}

function request(
  days: number,
  place: { topicId: number | null; postId: number | null },
  columns = {},
): Promise<number> {
  const where = { forum_topic_id: place.topicId, forum_post_id: place.postId }
  const written = { user_id: user, script: 'create alias a -> b', created_at: before(board, days) }
  return make.insert('bulk_update_requests', { ...written, ...where, ...columns })
}

async function status(id: number): Promise<string | undefined> {
  const [row] = await board.query<{ status: string }>(
    'SELECT status FROM bulk_update_requests WHERE id = $1',
    [id],
  )
  return row?.status
}

const posts = async (topicId: number) => {
  const rows = await board.query<{ body: string; creator_id: number }>(
    'SELECT body, creator_id FROM forum_posts WHERE topic_id = $1 ORDER BY id OFFSET 1',
    [topicId],
  )
  assert.ok(rows.every(({ creator_id }) => creator_id === system))
  return rows.map(({ body }) => body)
}

describe('a pending request', () => {
  test('is warned about after 40 days', async () => {
    const place = await topic()
    const id = await request(44, place)
    await prune()
    assert.equal(await status(id), 'pending')
    assert.deepEqual(await posts(place.topicId), [warning])
    const [row] = await board.query('SELECT response_count, updater_id FROM forum_topics')
    assert.deepEqual(row, { response_count: 2, updater_id: system })
    assert.deepEqual(
      (await board.said()).map(({ subject }) => subject),
      ['jobs.discord-notification'],
    )
  })

  test('is rejected after 45 days, in two forum posts', async () => {
    const place = await topic()
    const id = await request(46, place)
    await prune()
    assert.equal(await status(id), 'rejected')
    assert.deepEqual(await posts(place.topicId), [
      rejection,
      `The "bulk update request #${id}":/bulk_update_requests?search%5Bid%5D=${id} (forum #${place.postId}) has been rejected by @DanbooruBot.`,
    ])
    assert.deepEqual(await board.query('SELECT approver_id FROM bulk_update_requests'), [
      { approver_id: null },
    ])
    assert.deepEqual(await board.query('SELECT id FROM mod_actions UNION ALL SELECT id FROM dmails'), [])
  })

  test('is left alone before, and when it is not pending', async () => {
    const place = await topic()
    const young = await request(39, place)
    const approved = await request(50, place, { status: 'approved' })
    await prune()
    assert.deepEqual([await status(young), await status(approved)], ['pending', 'approved'])
    assert.deepEqual(await posts(place.topicId), [])
  })

  test('shares its warning with others in the topic', async () => {
    const place = await topic()
    await request(44, place)
    await request(43, place)
    await prune()
    assert.deepEqual(await posts(place.topicId), [warning])
  })

  test('without topic or forum post is rejected all the same, and the rest is done', async () => {
    const nowhere = await request(50, { topicId: null, postId: null })
    const place = await topic()
    const postless = await request(49, { ...place, postId: null })
    const deleted = await topic({ is_deleted: true })
    const silent = await request(48, deleted)
    const last = await request(47, place)
    const { outcome, notes } = await prune()
    assert.deepEqual(outcome, { kind: 'done', result: { warned: 0, rejected: 4, failed: 0 } })
    for (const id of [nowhere, postless, silent, last]) assert.equal(await status(id), 'rejected')
    assert.equal((await posts(place.topicId)).length, 4)
    assert.deepEqual(await posts(deleted.topicId), [])
    assert.deepEqual(notes, [
      `bulk update request #${nowhere} was rejected without a post in its topic: no-topic`,
      `bulk update request #${silent} was rejected without a post in its topic: topic-deleted`,
    ])
  })
})

describe('the job', () => {
  test('run again changes nothing', async () => {
    const place = await topic()
    await request(44, place)
    await request(46, place)
    await prune()
    const { outcome } = await prune()
    assert.deepEqual(outcome, { kind: 'done', result: { warned: 0, rejected: 0, failed: 0 } })
    assert.equal((await posts(place.topicId)).length, 3)
  })

  test('killed in any transaction, posts everything once', async () => {
    const place = await topic()
    await request(44, place)
    await request(46, place)
    await request(47, place)
    for (const dieInTransaction of [2, 3, 5, 6]) await assert.rejects(prune({ dieInTransaction }), Killed)
    await prune()
    const [row] = await board.query('SELECT response_count FROM forum_topics')
    assert.equal((await posts(place.topicId)).length, 5)
    assert.deepEqual(row, { response_count: 6 })
  })

  test('reports a request that PostgreSQL refuses and does the rest', async () => {
    const place = await topic()
    const bad = await request(50, place)
    const good = await request(49, place)
    await board.query(
      `ALTER TABLE bulk_update_requests ADD CONSTRAINT refuse CHECK (id <> ${bad} OR status = 'pending')`,
    )
    const { outcome, notes } = await prune()
    assert.deepEqual(outcome, { kind: 'done', result: { warned: 0, rejected: 1, failed: 1 } })
    assert.match(notes.join(), new RegExp(`^bulk update request #${bad} failed`))
    assert.deepEqual([await status(bad), await status(good)], ['pending', 'rejected'])
  })

  test('finds one of each in the seeded community', async () => {
    await using seeded = await makeBoard(new Date('2026-03-05T12:00:00Z'), { seed: true })
    const { outcome } = await seeded.run(pruneBulkUpdateRequestsWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { warned: 1, rejected: 1, failed: 0 } })
  })
})
