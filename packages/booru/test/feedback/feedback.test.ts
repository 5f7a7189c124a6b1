import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { editFeedback, type FeedbackCategory, giveFeedback } from '@danbooru-jobs/booru'
import { type Board, type Fixtures, fixtures, makeBoard } from '../../../../test/harness/index.ts'

let board: Board
let make: Fixtures
let gold: number
let moderator: number
let user: number

beforeEach(async () => {
  board = await makeBoard(new Date('2026-03-05T12:00:00Z'))
  make = fixtures(board)
  await make.user('DanbooruBot', { level: 40 })
  gold = await make.user('gold', { level: 30 })
  moderator = await make.user('moderator', { level: 40 })
  user = await make.user('user')
})
afterEach(() => board[Symbol.asyncDispose]())

const give = (category: FeedbackCategory = 'positive', more: { notify?: false } = {}) =>
  board.act((work) =>
    giveFeedback(work, {
      userId: user,
      creator: { id: gold, name: 'gold' },
      category,
      body: 'good job!',
      ...more,
    }),
  )

const edit = (id: number, editorId: number, level: number, change: { body?: string; isDeleted?: boolean }) =>
  board.act((work) => editFeedback(work, id, { id: editorId, level }, change))

const dmails = () =>
  board.query<{ to_id: number; title: string; body: string }>('SELECT to_id, title, body FROM dmails')
const actions = () =>
  board.query('SELECT category, description, creator_id, subject_type, subject_id FROM mod_actions')

describe('feedback', () => {
  test('is told to the user', async () => {
    await give()
    const record = `"positive record":/user_feedbacks?search%5Buser_id%5D=${user}`
    assert.deepEqual(await dmails(), [
      {
        to_id: user,
        title: 'Your user record has been updated',
        body: `@gold created a ${record} for your account:\n\ngood job!`,
      },
    ])
  })

  test('that is negative comes with a notice in front', async () => {
    await give('negative')
    const [dmail] = await dmails()
    assert.match(
      dmail?.body ?? '',
      /^You have received negative feedback[\s\S]*\n\n@gold created a "negative record"/,
    )
  })

  test('can be given quietly', async () => {
    await give('neutral', { notify: false })
    assert.deepEqual(await dmails(), [])
  })

  test('is changed by its creator without a word in the log', async () => {
    const id = await give()
    assert.equal(await edit(id, gold, 30, { body: 'great job!' }), 'changed')
    assert.equal(await edit(id, gold, 30, { isDeleted: true }), 'changed')
    assert.equal(await edit(id, gold, 30, { isDeleted: false }), 'forbidden')
    assert.deepEqual(await actions(), [])
  })

  test('is changed or deleted by a moderator, which is logged', async () => {
    const id = await give()
    assert.equal(await edit(id, moderator, 40, { body: 'hm' }), 'changed')
    assert.equal(await edit(id, moderator, 40, { isDeleted: true }), 'changed')
    assert.equal(await edit(id, moderator, 40, { isDeleted: true }), 'unchanged')
    const logged = {
      category: 21,
      description: `updated user feedback for "user":/users/${user}`,
      creator_id: moderator,
      subject_type: 'User',
      subject_id: user,
    }
    assert.deepEqual(await actions(), [logged, logged])
  })

  test('is not for others, nor for moderators about themselves', async () => {
    const id = await give()
    assert.equal(await edit(id, user, 20, { body: 'x' }), 'forbidden')
    assert.equal(await edit(id, user, 40, { body: 'x' }), 'forbidden')
    assert.equal(await edit(999, moderator, 40, { body: 'x' }), 'missing')
  })
})
