import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type FeedbackCategory, giveFeedback } from '@danbooru-jobs/booru'
import { type Board, type Fixtures, fixtures, makeBoard } from '../../../../test/harness/index.ts'

let board: Board
let make: Fixtures
let gold: number
let user: number

beforeEach(async () => {
  board = await makeBoard(new Date('2026-03-05T12:00:00Z'))
  make = fixtures(board)
  await make.user('DanbooruBot', { level: 40 })
  gold = await make.user('gold', { level: 30 })
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

const dmails = () =>
  board.query<{ to_id: number; title: string; body: string }>('SELECT to_id, title, body FROM dmails')
describe('feedback', () => {
  test('is sent to the user', async () => {
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
})
