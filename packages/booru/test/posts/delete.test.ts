import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { deletePost } from '@danbooru-jobs/booru'
import { type Board, before, type Fixtures, fixtures, makeBoard } from '../../../../test/harness/index.ts'

let board: Board
let make: Fixtures
let system: number
let admin: number
let uploader: number

beforeEach(async () => {
  board = await makeBoard(new Date('2026-03-05T12:00:00Z'))
  make = fixtures(board)
  system = await make.user('DanbooruBot', { level: 40 })
  admin = await make.user('admin', { level: 50 })
  uploader = await make.user('uploader')
  await make.tag('tagme', { category: 5, post_count: 1 })
})
afterEach(() => board[Symbol.asyncDispose]())

const remove = (
  postId: number,
  more: { moveFavorites?: boolean; deleterId?: number; reason?: string } = {},
) => board.act((work) => deletePost(work, postId, { deleterId: admin, reason: 'test', ...more }))

async function post(id: number) {
  const [row] = await board.query<Record<string, unknown>>('SELECT * FROM posts WHERE id = $1', [id])
  assert.ok(row)
  return row
}

const count = async (from: string) =>
  (await board.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`))[0]?.n

describe('deleting a post', () => {
  test('that is pending leaves a flag with the reason and an entry in the log', async () => {
    const id = await make.post(uploader, { is_pending: true })
    await remove(id)
    const { is_deleted, is_pending } = await post(id)
    assert.deepEqual([is_deleted, is_pending], [true, false])
    const flags = await board.query('SELECT post_id, reason, status, creator_id FROM post_flags')
    assert.deepEqual(flags, [{ post_id: id, reason: 'test', status: 1, creator_id: admin }])
    const [action] = await board.query(
      'SELECT description, category, creator_id, subject_type, subject_id FROM mod_actions',
    )
    const description = `deleted post #${id}, reason: test`
    assert.deepEqual(action, {
      description,
      category: 42,
      creator_id: admin,
      subject_type: 'Post',
      subject_id: id,
    })
    const [said] = await board.said()
    assert.equal(said?.subject, 'events.mod-action.post_delete')
  })

  test('that is flagged settles its flags and appeals', async () => {
    const id = await make.post(uploader, { is_flagged: true })
    const complaint = { post_id: id, creator_id: uploader, reason: 'x' }
    await make.insert('post_flags', complaint)
    await make.insert('post_appeals', complaint)
    await remove(id)
    const flags = await board.query<{ status: number }>('SELECT status FROM post_flags ORDER BY id')
    assert.deepEqual(
      flags.map(({ status }) => status),
      [1, 1],
    )
    assert.deepEqual(await board.query('SELECT status FROM post_appeals'), [{ status: 2 }])
  })

  test('keeps a banned post banned, its votes, favorites, disapprovals and tag counts', async () => {
    await make.tag('banned_artist', { category: 1, post_count: 1 })
    const id = await make.post(uploader, {
      tag_string: 'banned_artist tagme',
      tag_count: 2,
      tag_count_artist: 1,
      is_banned: true,
    })
    await make.insert('post_disapprovals', { post_id: id, user_id: admin, reason: 'poor_quality' })
    await board.query('INSERT INTO favorites (user_id, post_id) VALUES ($1, $2)', [uploader, id])
    await remove(id)
    assert.equal((await post(id)).is_banned, true)
    assert.equal(await count('post_disapprovals'), 1)
    assert.equal(await count('favorites'), 1)
    assert.equal(await count('tags WHERE post_count <> 1'), 0)
    assert.equal(await count('post_versions'), 0)
  })

  test('leaves children their parent, and updates the parent', async () => {
    const parent = await make.post(uploader, { has_children: true, has_active_children: true })
    const child = await make.post(uploader, {
      parent_id: parent,
      has_children: true,
      has_active_children: true,
    })
    const grandchild = await make.post(uploader, { parent_id: child })
    await remove(child)
    const { has_children, has_active_children } = await post(parent)
    assert.deepEqual([has_children, has_active_children], [true, false])
    assert.equal((await post(grandchild)).parent_id, child)
    assert.equal((await post(child)).parent_id, parent)
  })

  test('updates a parent that breaks a rule itself', async () => {
    const parent = await make.post(uploader, { rating: 'z', tag_string: 'odd', has_active_children: true })
    const child = await make.post(uploader, { parent_id: parent })
    await remove(child)
    const { has_children, has_active_children, tag_string } = await post(parent)
    assert.deepEqual([has_children, has_active_children, tag_string], [true, false, 'odd'])
  })

  test('breaks up two posts that are each other’s parent', async () => {
    const one = await make.post(uploader)
    const two = await make.post(uploader, { parent_id: one })
    await board.query('UPDATE posts SET parent_id = $1 WHERE id = $2', [two, one])
    await remove(two)
    assert.deepEqual([(await post(one)).parent_id, (await post(two)).parent_id], [null, one])
    assert.equal((await post(one)).has_children, true)
    assert.equal(await count(`post_versions WHERE post_id = ${one} AND parent_id IS NULL`), 1)
  })

  test('puts its tags right and then leaves a version', async () => {
    await make.tag('cat', { post_count: 1 })
    await make.tag('animal')
    await make.tag('highres', { category: 5 })
    const implication = { creator_id: admin, antecedent_name: 'cat', consequent_name: 'animal' }
    await make.insert('tag_implications', implication)
    await make.insert('tag_implications', {
      ...implication,
      antecedent_name: 'animal',
      consequent_name: 'being',
    })
    const id = await make.post(uploader, { tag_string: 'cat lowres', image_width: 1_700 })
    await remove(id)
    const after = await post(id)
    assert.equal(after.tag_string, 'animal being cat highres')
    assert.deepEqual([after.tag_count, after.tag_count_general, after.tag_count_meta], [4, 3, 1])
    const [version] = await board.query('SELECT updater_id, version, tags, added_tags FROM post_versions')
    const tags = ['animal', 'being', 'cat', 'highres']
    assert.deepEqual(version, {
      updater_id: String(admin),
      version: 1,
      tags: tags.join(' '),
      added_tags: tags,
    })
    const counts = await board.query(`SELECT name, post_count FROM tags WHERE name <> 'tagme' ORDER BY name`)
    assert.deepEqual(
      counts.map(({ name, post_count }) => `${name} ${post_count}`),
      ['animal 1', 'being 1', 'cat 1', 'highres 1'],
    )
    assert.equal(await count(`users WHERE id = ${admin} AND post_update_count = 1`), 1)
  })

  test('merges its version with the deleter’s own of the last hour', async () => {
    const id = await make.post(uploader, { tag_string: 'cat', image_width: 1_700 })
    const version = { post_id: id, rating: 'g', source: '' }
    const first = { ...version, updater_id: uploader, tags: 'dog', created_at: before(board, 2) }
    await make.insert('post_versions', first)
    const recent = { created_at: before(board, 30, 'minutes'), version: 2 }
    await make.insert('post_versions', { ...version, ...recent, updater_id: admin, tags: 'cat' })
    await remove(id)
    const rows = await board.query(
      'SELECT version, tags, added_tags, removed_tags FROM post_versions ORDER BY id',
    )
    assert.deepEqual(rows[1], {
      version: 2,
      tags: 'cat highres',
      added_tags: ['cat', 'highres'],
      removed_tags: ['dog'],
    })
    assert.equal(rows.length, 2)
  })
})

describe('what is refused', () => {
  test('a post that is deleted already, but not to the system user', async () => {
    const id = await make.post(uploader, { is_deleted: true })
    assert.deepEqual(await remove(id), { kind: 'refused', problem: 'the post is deleted already' })
    assert.deepEqual(await remove(id, { deleterId: system }), { kind: 'deleted' })
    assert.equal(await count('mod_actions'), 0)
  })

  test('a reason of no or too many characters', async () => {
    const id = await make.post(uploader)
    for (const reason of [' ', 'x'.repeat(141)]) assert.equal((await remove(id, { reason })).kind, 'refused')
    assert.equal((await post(id)).is_deleted, false)
  })

  test('a post that does not exist', async () => {
    assert.deepEqual(await remove(999), { kind: 'missing' })
  })
})

describe('favorites', () => {
  test('move to the parent when it is wished, with their upvotes', async () => {
    const parent = await make.post(uploader)
    const child = await make.post(uploader, { parent_id: parent, fav_count: 3, up_score: 2, score: 2 })
    const both = await make.user('both')
    const banned = await make.user('banned', { bit_prefs: 1 })
    for (const user of [uploader, both, banned]) {
      await board.query('INSERT INTO favorites (user_id, post_id) VALUES ($1, $2)', [user, child])
    }
    await board.query('INSERT INTO favorites (user_id, post_id) VALUES ($1, $2)', [both, parent])
    for (const user of [uploader, both]) {
      await make.insert('post_votes', { user_id: user, post_id: child, score: 1 })
    }
    await make.insert('post_votes', { user_id: both, post_id: parent, score: -1 })
    await board.query('UPDATE posts SET score = -1, down_score = -1, fav_count = 1 WHERE id = $1', [parent])
    await remove(child, { moveFavorites: true })
    assert.equal(await count(`favorites WHERE post_id = ${child}`), 0)
    assert.equal(await count(`favorites WHERE post_id = ${parent}`), 3)
    const { fav_count, score, up_score, down_score, has_active_children } = await post(parent)
    assert.deepEqual([fav_count, score, up_score, down_score, has_active_children], [3, 2, 2, 0, false])
    const left = await post(child)
    assert.deepEqual([left.fav_count, left.score, left.up_score], [0, 0, 0])
    const counts = await board.query('SELECT favorite_count FROM users WHERE favorite_count > 0')
    assert.equal(counts.length, 3)
    assert.equal(await count(`post_votes WHERE NOT is_deleted AND post_id = ${parent} AND score = 1`), 2)
    assert.equal(
      await count(
        `mod_actions WHERE category = 47 AND description = 'moved favorites from post #${child} to post #${parent}'`,
      ),
      1,
    )
  })
})

describe('upload points', () => {
  const points = async (userId: number) =>
    (
      await board.query<{ upload_points: number }>('SELECT upload_points FROM users WHERE id = $1', [userId])
    )[0]?.upload_points

  test('are replayed', async () => {
    await make.post(uploader)
    await remove(await make.post(uploader, { is_pending: true }))
    assert.equal(await points(uploader), 1_010 - 33)
  })

  test('of contributors do not change', async () => {
    const contributor = await make.user('contributor', { level: 35 })
    await remove(await make.post(contributor, { is_pending: true }))
    assert.equal(await points(contributor), 1_000)
  })
})
