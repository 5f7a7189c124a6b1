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
import { pruneApproversWorker } from '../src/prune-approvers.ts'

let board: Board
let make: Fixtures
let system: number

beforeEach(async () => {
  board = await makeBoard(new Date('2026-03-01T05:00:00Z'))
  make = fixtures(board)
  system = await make.user('DanbooruBot', { level: 40 })
})
afterEach(() => board[Symbol.asyncDispose]())

const approver = (name: string, columns = {}) => make.user(name, { level: 37, ...columns })

async function level(userId: number): Promise<number | undefined> {
  const [user] = await board.query<{ level: number }>('SELECT level FROM users WHERE id = $1', [userId])
  return user?.level
}

const approvals = async (userId: number, count: number, days: number) => {
  const postId = await make.post(system)
  for (let n = 0; n < count; n++) {
    await make.insert('post_approvals', { user_id: userId, post_id: postId, created_at: before(board, days) })
  }
}

const titles = async (userId: number) => {
  const rows = await board.query<{ title: string }>(
    'SELECT title FROM dmails WHERE owner_id = $1 ORDER BY id',
    [userId],
  )
  return rows.map(({ title }) => title)
}

describe('an approver', () => {
  test('without approvals becomes a contributor, with feedback and two dmails', async () => {
    const id = await approver('idle', { bit_prefs: 4 })
    await board.run(pruneApproversWorker)
    assert.equal(await level(id), 35)
    assert.deepEqual(await board.query('SELECT user_id, creator_id, category, body FROM user_feedback'), [
      { user_id: id, creator_id: system, category: 'neutral', body: 'Lost approval privileges' },
    ])
    assert.deepEqual(await titles(id), ['Your user record has been updated', 'Approver inactivity'])
    const [user] = await board.query('SELECT unread_dmail_count FROM users WHERE id = $1', [id])
    assert.deepEqual(user, { unread_dmail_count: 2 })
    assert.deepEqual(await board.query('SELECT id FROM mod_actions'), [])
    assert.deepEqual(
      (await board.said()).map(({ subject }) => subject),
      ['jobs.mail-delivery', 'jobs.mail-delivery'],
    )
  })

  test('with enough approvals stays', async () => {
    const busy = await approver('busy')
    const slow = await approver('slow')
    const late = await approver('late')
    await approvals(busy, 31, 10)
    await approvals(slow, 29, 10)
    await approvals(late, 31, 46)
    await board.run(pruneApproversWorker)
    assert.deepEqual([await level(busy), await level(slow), await level(late)], [37, 35, 35])
  })

  test('that was promoted lately stays, even if the feedback was deleted', async () => {
    const id = await approver('new')
    const body = 'You have been promoted to an Approver level account from Contributor.'
    const feedback = { user_id: id, creator_id: system, category: 'neutral', body, is_deleted: true }
    await make.insert('user_feedback', { ...feedback, created_at: before(board, 10) })
    const old = await approver('old')
    await make.insert('user_feedback', { ...feedback, user_id: old, created_at: before(board, 46) })
    await board.run(pruneApproversWorker)
    assert.deepEqual([await level(id), await level(old)], [37, 35])
  })

  test('of a higher level is not concerned', async () => {
    const id = await make.user('moderator', { level: 40 })
    await board.run(pruneApproversWorker)
    assert.equal(await level(id), 40)
  })
})

describe('the job', () => {
  test('does nothing the second time', async () => {
    const id = await approver('idle')
    await board.run(pruneApproversWorker)
    const { outcome } = await board.run(pruneApproversWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { demoted: 0, failed: 0 } })
    assert.equal((await titles(id)).length, 2)
  })

  test('killed between two users, demotes no user without a notice', async () => {
    const ids = [await approver('one'), await approver('two'), await approver('three')]
    await assert.rejects(board.run(pruneApproversWorker, { dieInTransaction: 3 }), Killed)
    assert.deepEqual(await Promise.all(ids.map(level)), [35, 37, 37])
    await board.run(pruneApproversWorker)
    for (const id of ids) {
      assert.equal(await level(id), 35)
      assert.deepEqual(await titles(id), ['Your user record has been updated', 'Approver inactivity'])
    }
    assert.deepEqual(await board.query('SELECT count(*)::int AS count FROM user_feedback'), [{ count: 3 }])
  })

  test('reports a user whom PostgreSQL refuses and demotes the rest', async () => {
    const bad = await approver('bad')
    const good = await approver('good')
    await board.query(`ALTER TABLE users ADD CONSTRAINT refuse CHECK (id <> ${bad} OR level = 37)`)
    const { outcome, notes } = await board.run(pruneApproversWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { demoted: 1, failed: 1 } })
    assert.match(notes.join(), new RegExp(`^user #${bad} failed: .*refuse`))
    assert.deepEqual([await level(bad), await level(good)], [37, 35])
    assert.deepEqual(await titles(bad), [])
  })

  test('demotes the idle approver of the seeded community', async () => {
    await using seeded = await makeBoard(new Date('2026-03-05T12:00:00Z'), { seed: true })
    const { outcome } = await seeded.run(pruneApproversWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { demoted: 1, failed: 0 } })
    assert.deepEqual(
      await seeded.query(`SELECT level FROM users WHERE name IN ('approver', 'idle_approver') ORDER BY id`),
      [{ level: 37 }, { level: 35 }],
    )
  })
})
