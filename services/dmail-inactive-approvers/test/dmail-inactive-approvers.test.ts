import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type Board, type Fixtures, fixtures, Killed, makeBoard } from '../../../test/harness/index.ts'
import { dmailInactiveApproversWorker } from '../src/dmail-inactive-approvers.ts'

let board: Board
let make: Fixtures

beforeEach(async () => {
  board = await makeBoard(new Date('2020-01-20T12:00:00Z'))
  make = fixtures(board)
  await make.user('DanbooruBot', { level: 40 })
})
afterEach(() => board[Symbol.asyncDispose]())

const received = (userId: number) =>
  board.query<{ title: string; body: string }>(
    'SELECT title, body FROM dmails WHERE owner_id = $1 ORDER BY id',
    [userId],
  )

describe('inactive approvers', () => {
  test('are warned in the last three weeks of the month', async () => {
    const id = await make.user('idle', { level: 37 })
    const { outcome } = await board.run(dmailInactiveApproversWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { warned: 1, failed: 0 } })
    const [dmail] = await received(id)
    assert.equal(dmail?.title, 'You will lose approval privileges soon')
    assert.match(dmail?.body ?? '', /fewer than 30 posts in the last 45 days.* 12 days/)
  })

  test('are not warned earlier, by the calendar of US Eastern time', async () => {
    const id = await make.user('idle', { level: 37 })
    board.now = new Date('2020-01-11T04:59:59Z')
    await board.run(dmailInactiveApproversWorker)
    assert.equal((await received(id)).length, 0)
    board.now = new Date('2020-01-12T05:00:00Z')
    await board.run(dmailInactiveApproversWorker)
    assert.equal((await received(id)).length, 1)
  })

  test('are warned once a day, and again another day', async () => {
    const id = await make.user('idle', { level: 37 })
    await board.run(dmailInactiveApproversWorker)
    const { outcome } = await board.run(dmailInactiveApproversWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { warned: 0, failed: 0 } })
    assert.equal((await received(id)).length, 1)
    board.now = new Date('2020-01-27T12:00:00Z')
    await board.run(dmailInactiveApproversWorker)
    assert.equal((await received(id)).length, 2)
  })

  test('are all warned once, although the job was killed half-way', async () => {
    const ids = [await make.user('one', { level: 37 }), await make.user('two', { level: 37 })]
    await assert.rejects(board.run(dmailInactiveApproversWorker, { dieInTransaction: 3 }), Killed)
    await board.run(dmailInactiveApproversWorker)
    for (const id of ids) assert.equal((await received(id)).length, 1)
  })

  test('that cannot be warned are reported and do not stop the rest', async () => {
    const bad = await make.user('bad', { level: 37 })
    const good = await make.user('good', { level: 37 })
    await board.query(`ALTER TABLE dmails ADD CONSTRAINT refuse CHECK (owner_id <> ${bad})`)
    const { outcome, notes } = await board.run(dmailInactiveApproversWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { warned: 1, failed: 1 } })
    assert.match(notes.join(), new RegExp(`^user #${bad} failed`))
    assert.equal((await received(good)).length, 1)
  })

  test('of the seeded community: there is one', async () => {
    await using seeded = await makeBoard(new Date('2026-03-20T12:00:00Z'), { seed: true })
    const { outcome } = await seeded.run(dmailInactiveApproversWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { warned: 1, failed: 0 } })
  })
})
