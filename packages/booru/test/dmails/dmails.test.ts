import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { sendAutomatedDmail, sendDmail } from '@danbooru-jobs/booru'
import { type Board, before, type Fixtures, fixtures, makeBoard } from '../../../../test/harness/index.ts'

let board: Board
let make: Fixtures
let system: number
let alice: number
let bob: number

beforeEach(async () => {
  board = await makeBoard(new Date('2026-03-05T12:00:00Z'))
  make = fixtures(board)
  system = await make.user('DanbooruBot', { level: 40 })
  alice = await make.user('alice')
  bob = await make.user('bob')
})
afterEach(() => board[Symbol.asyncDispose]())

const text = { title: 'Hi', body: 'Hello' }
const rows = () => board.query('SELECT owner_id, from_id, to_id, is_read, is_deleted FROM dmails ORDER BY id')
const unread = async (userId: number) =>
  (await board.query<{ n: number }>('SELECT unread_dmail_count AS n FROM users WHERE id = $1', [userId]))[0]
    ?.n

describe('an automated dmail', () => {
  test('makes the recipient’s copy and no other', async () => {
    const sent = await board.act((work) => sendAutomatedDmail(work, { toId: bob, ...text }))
    assert.equal(sent.kind, 'sent')
    assert.deepEqual(await rows(), [
      { owner_id: bob, from_id: system, to_id: bob, is_read: false, is_deleted: false },
    ])
    assert.deepEqual([await unread(bob), await unread(system)], [1, 0])
    assert.deepEqual(await board.said(), [])
  })

  test('is mailed to those who want it, unless it must not', async () => {
    const carol = await make.user('carol', { bit_prefs: 4 })
    const sent = await board.act((work) => sendAutomatedDmail(work, { toId: carol, ...text }))
    await board.act((work) => sendAutomatedDmail(work, { toId: carol, ...text, notify: false }))
    assert.ok(sent.kind === 'sent')
    const body = { mail: 'dmail_notice', dmailId: sent.dmailId }
    assert.deepEqual(await board.said(), [{ subject: 'jobs.mail-delivery', body }])
  })

  test('that breaks a rule is not stored', async () => {
    const cases = [
      [{ toId: 999, ...text }, 'To must exist'],
      [{ toId: bob, title: ' ', body: 'x' }, "Title can't be blank"],
      [{ toId: bob, title: 'x'.repeat(201), body: 'x' }, 'Title is too long (maximum is 200 characters)'],
      [{ toId: bob, title: 'x', body: 'x'.repeat(50_001) }, 'Body is too long (maximum is 50000 characters)'],
    ] as const
    for (const [message, problem] of cases) {
      const sent = await board.act((work) => sendAutomatedDmail(work, message))
      assert.deepEqual(sent, { kind: 'refused', problems: [problem] })
    }
    assert.deepEqual(await rows(), [])
  })

  test('counts right when many arrive at once', async () => {
    const send = () => board.act((work) => sendAutomatedDmail(work, { toId: bob, ...text }))
    await Promise.all(Array.from({ length: 8 }, send))
    assert.equal(await unread(bob), 8)
  })
})

describe('an ordinary dmail', () => {
  test('makes two copies, of which the sender’s is read', async () => {
    await board.act((work) => sendDmail(work, alice, { toId: bob, ...text }))
    assert.deepEqual(await rows(), [
      { owner_id: alice, from_id: alice, to_id: bob, is_read: true, is_deleted: false },
      { owner_id: bob, from_id: alice, to_id: bob, is_read: false, is_deleted: false },
    ])
    assert.deepEqual([await unread(alice), await unread(bob)], [0, 1])
  })

  test('to an eleventh person within an hour is refused to members', async () => {
    const gold = await make.user('gold', { level: 30 })
    const old = { title: 'x', body: 'x', is_read: true }
    const others: number[] = []
    for (let n = 0; n < 10; n++) others.push(await make.user(`other ${n}`))
    for (const from of [alice, gold]) {
      for (const to of others) {
        await make.insert('dmails', {
          ...old,
          owner_id: from,
          from_id: from,
          to_id: to,
          created_at: before(board, 50, 'minutes'),
        })
      }
    }
    const send = (from: number, toId: number) => board.act((work) => sendDmail(work, from, { toId, ...text }))
    assert.deepEqual(await send(alice, bob), {
      kind: 'refused',
      problems: ["You can't send dmails to more than 10 users per hour"],
    })
    assert.equal((await send(alice, others[0] ?? 0)).kind, 'sent')
    assert.equal((await send(gold, bob)).kind, 'sent')
    board.now = new Date(board.now.getTime() + 11 * 60_000)
    assert.equal((await send(alice, bob)).kind, 'sent')
  })
})

describe('a mailbox', () => {})
