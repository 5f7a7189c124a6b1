import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { findOrOpenForumTopic, postToForum, rejectBulkUpdateRequest } from '@danbooru-jobs/booru'
import { type Board, before, type Fixtures, fixtures, makeBoard } from '../../../../test/harness/index.ts'

let board: Board
let make: Fixtures
let system: number
let user: number

beforeEach(async () => {
  board = await makeBoard(new Date('2026-03-05T12:00:00Z'))
  make = fixtures(board)
  system = await make.user('DanbooruBot', { level: 40 })
  user = await make.user('user')
})
afterEach(() => board[Symbol.asyncDispose]())

const topic = (columns = {}) =>
  make.insert('forum_topics', {
    title: 'Hats',
    creator_id: user,
    updater_id: user,
    created_at: before(board, 9),
    ...columns,
  })

const say = (topicId: number, body: string) =>
  board.act((work) => postToForum(work, { topicId, creatorId: system, body }))

describe('a forum post', () => {
  test('is counted in its topic, indexed and announced', async () => {
    const topicId = await topic({ is_locked: true, response_count: 4 })
    const posted = await say(
      topicId,
      'See [[Hat (Witch)|hats]], "this":[https://example.com/a_(b)] and "that":/posts.',
    )
    assert.ok(posted.kind === 'posted')
    const [row] = await board.query(
      `SELECT updater_id, response_count, to_char(updated_at, 'YYYY-MM-DD HH24:MI') AS at FROM forum_topics`,
    )
    assert.deepEqual(row, { updater_id: system, response_count: 5, at: '2026-03-05 12:00' })
    assert.deepEqual(
      await board.query('SELECT model_type, model_id, link_type, link_target FROM dtext_links ORDER BY id'),
      [
        {
          model_type: 'ForumPost',
          model_id: String(posted.forumPostId),
          link_type: 0,
          link_target: 'hat_(witch)',
        },
        {
          model_type: 'ForumPost',
          model_id: String(posted.forumPostId),
          link_type: 1,
          link_target: 'https://example.com/a_(b)',
        },
      ],
    )
    assert.deepEqual(await board.said(), [
      { subject: 'jobs.discord-notification', body: { forumPostId: posted.forumPostId } },
    ])
  })

  test('is refused without a trace', async () => {
    const open = await topic()
    const deleted = await topic({ is_deleted: true })
    assert.deepEqual(await say(open, ' \n'), { kind: 'refused', reason: 'body-blank' })
    assert.deepEqual(await say(open, 'x'.repeat(200_001)), { kind: 'refused', reason: 'body-too-long' })
    assert.deepEqual(await say(deleted, 'x'), { kind: 'refused', reason: 'topic-deleted' })
    assert.deepEqual(await say(999, 'x'), { kind: 'refused', reason: 'topic-missing' })
    assert.deepEqual(await board.query('SELECT id FROM forum_posts'), [])
    assert.deepEqual(await board.said(), [])
  })
})

describe('a topic', () => {
  const wanted = () => ({ title: 'News', body: 'First', creatorId: system, categoryId: 1 }) as const

  test('is opened once', async () => {
    const first = await board.act((work) => findOrOpenForumTopic(work, wanted()))
    assert.equal(await board.act((work) => findOrOpenForumTopic(work, wanted())), first)
    assert.deepEqual(await board.query('SELECT response_count FROM forum_topics'), [{ response_count: 1 }])
  })

  test('that is not deleted comes before one that is', async () => {
    await topic({ title: 'News', is_deleted: true })
    const alive = await topic({ title: 'News' })
    assert.equal(await board.act((work) => findOrOpenForumTopic(work, wanted())), alive)
  })
})

describe('a bulk update request', () => {
  test('is rejected once, however often it is asked', async () => {
    const topicId = await topic()
    const id = await make.insert('bulk_update_requests', {
      user_id: user,
      script: 'x',
      forum_topic_id: topicId,
    })
    const reject = () => board.act((work) => rejectBulkUpdateRequest(work, id, { rejectorName: 'admin' }))
    assert.deepEqual(await reject(), { kind: 'rejected' })
    assert.deepEqual(await reject(), { kind: 'not-pending' })
    assert.deepEqual(await board.query('SELECT body, creator_id FROM forum_posts'), [
      {
        body: `The "bulk update request #${id}":/bulk_update_requests?search%5Bid%5D=${id} has been rejected by @admin.`,
        creator_id: system,
      },
    ])
    const missing = await board.act((work) => rejectBulkUpdateRequest(work, 999, { rejectorName: 'admin' }))
    assert.deepEqual(missing, { kind: 'missing' })
  })
})
