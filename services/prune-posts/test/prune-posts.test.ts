import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { seededPosts } from '@danbooru-jobs/booru'
import {
  type Board,
  before,
  type Fixtures,
  fixtures,
  Killed,
  keepIndexes,
  makeBoard,
} from '../../../test/harness/index.ts'
import { prunePostsWorker } from '../src/prune-posts.ts'

const firstReason = 'Unapproved in three days'
const secondReason = 'Unapproved in three days after returning to moderation queue'

let board: Board
let make: Fixtures
let system: number
let uploader: number
let flagger: number

beforeEach(async () => {
  board = await makeBoard(new Date('2026-03-05T12:00:00Z'))
  make = fixtures(board)
  system = await make.user('DanbooruBot', { level: 40 })
  uploader = await make.user('uploader')
  flagger = await make.user('flagger')
  await make.tag('tagme', { category: 5, post_count: 1 })
})
afterEach(() => board[Symbol.asyncDispose]())

const prune = (...options: Parameters<Board['run']> extends [unknown, ...infer Rest] ? Rest : never) =>
  board.run(prunePostsWorker, ...options)

async function post(id: number) {
  const [row] = await board.query<{
    is_deleted: boolean
    is_pending: boolean
    is_flagged: boolean
    uploader_id: number
  }>('SELECT is_deleted, is_pending, is_flagged, uploader_id FROM posts WHERE id = $1', [id])
  assert.ok(row)
  return row
}

const flags = (postId: number) =>
  board.query<{ reason: string; status: number; creator_id: number }>(
    'SELECT reason, status, creator_id FROM post_flags WHERE post_id = $1 ORDER BY id',
    [postId],
  )

const appeals = async (postId: number) => {
  const rows = await board.query<{ status: number }>(
    'SELECT status FROM post_appeals WHERE post_id = $1 ORDER BY id',
    [postId],
  )
  return rows.map(({ status }) => status)
}

const flag = (postId: number, days: number, status = 0) =>
  make.insert('post_flags', {
    post_id: postId,
    creator_id: flagger,
    reason: 'bad',
    status,
    created_at: before(board, days),
  })

const appeal = (postId: number, days: number, status = 0, reason = 'good') =>
  make.insert('post_appeals', {
    post_id: postId,
    creator_id: flagger,
    reason,
    status,
    created_at: before(board, days),
  })

describe('pending posts', () => {
  test('are deleted after three days, with a flag that has the reason', async () => {
    const old = await make.post(uploader, { is_pending: true, created_at: before(board, 5) })
    const fresh = await make.post(uploader, { is_pending: true, created_at: before(board, 2) })
    await prune()
    assert.deepEqual(await post(old), {
      is_deleted: true,
      is_pending: false,
      is_flagged: false,
      uploader_id: uploader,
    })
    assert.deepEqual(await flags(old), [{ reason: firstReason, status: 1, creator_id: system }])
    assert.equal((await post(fresh)).is_pending, true)
  })
})

describe('flagged posts', () => {
  test('are deleted three days after the flag, which succeeds', async () => {
    const id = await make.post(uploader, { is_flagged: true, created_at: before(board, 300) })
    await flag(id, 5)
    await prune()
    assert.equal((await post(id)).is_deleted, true)
    assert.equal((await post(id)).is_flagged, false)
    assert.deepEqual(
      (await flags(id)).map(({ reason, status }) => [reason, status]),
      [
        ['bad', 1],
        [secondReason, 1],
      ],
    )
  })

  test('stay while the flag is young', async () => {
    const id = await make.post(uploader, { is_flagged: true, created_at: before(board, 300) })
    await flag(id, 1)
    await prune()
    assert.deepEqual(await post(id), {
      is_deleted: false,
      is_pending: false,
      is_flagged: true,
      uploader_id: uploader,
    })
    assert.deepEqual(
      (await flags(id)).map(({ status }) => status),
      [0],
    )
  })

  test('keep what became of older flags', async () => {
    const id = await make.post(uploader, { is_flagged: true, created_at: before(board, 300) })
    await flag(id, 21, 1)
    await flag(id, 14, 2)
    await flag(id, 7, 0)
    await prune()
    assert.deepEqual(
      (await flags(id)).map(({ status }) => status),
      [1, 2, 1, 1],
    )
  })

  test('are left alone when they are not flagged any more', async () => {
    const id = await make.post(uploader, { created_at: before(board, 300) })
    await flag(id, 5)
    await prune()
    assert.equal((await post(id)).is_deleted, false)
  })
})

describe('appealed posts', () => {
  test('stay deleted three days after the appeal, which is rejected', async () => {
    const id = await make.post(uploader, { is_deleted: true, created_at: before(board, 300) })
    await appeal(id, 5)
    await prune()
    assert.equal((await post(id)).is_deleted, true)
    assert.deepEqual(await appeals(id), [2])
    assert.deepEqual(await flags(id), [{ reason: secondReason, status: 1, creator_id: system }])
  })

  test('may be appealed without a reason', async () => {
    const id = await make.post(uploader, { is_deleted: true, created_at: before(board, 300) })
    await appeal(id, 5, 0, '')
    await prune()
    assert.deepEqual(await appeals(id), [2])
  })

  test('wait while the appeal is young', async () => {
    const id = await make.post(uploader, { is_deleted: true, created_at: before(board, 300) })
    await appeal(id, 1)
    await prune()
    assert.deepEqual(await appeals(id), [0])
    assert.deepEqual(await flags(id), [])
  })

  test('keep what became of older appeals', async () => {
    const id = await make.post(uploader, { is_deleted: true, created_at: before(board, 300) })
    await appeal(id, 21, 1)
    await appeal(id, 14, 2)
    await appeal(id, 7, 0)
    await prune()
    assert.deepEqual(await appeals(id), [1, 2, 2])
  })
})

describe('the job', () => {
  test('deletes one of each kind and leaves no trace in the moderators’ log', async () => {
    const pending = await make.post(uploader, { is_pending: true, created_at: before(board, 5) })
    const flagged = await make.post(uploader, { is_flagged: true, created_at: before(board, 9) })
    await flag(flagged, 5)
    const appealed = await make.post(uploader, { is_deleted: true, created_at: before(board, 9) })
    await appeal(appealed, 5)
    const { outcome } = await prune()
    assert.deepEqual(outcome, { kind: 'done', result: { pending: 1, flagged: 1, appealed: 1, failed: 0 } })
    for (const id of [pending, flagged, appealed]) assert.equal((await post(id)).is_deleted, true)
    assert.deepEqual(await appeals(appealed), [2])
    assert.deepEqual(await board.query('SELECT id FROM mod_actions'), [])
    assert.deepEqual(await board.said(), [])
  })

  test('costs the uploader upload points', async () => {
    await make.post(uploader, { is_pending: true, created_at: before(board, 5) })
    await prune()
    const [user] = await board.query('SELECT upload_points FROM users WHERE id = $1', [uploader])
    assert.deepEqual(user, { upload_points: 967 })
  })

  test('changes nothing when it is run again', async () => {
    const id = await make.post(uploader, { is_pending: true, created_at: before(board, 5) })
    await prune()
    const once = await dump()
    const { outcome } = await prune()
    assert.deepEqual(outcome, { kind: 'done', result: { pending: 0, flagged: 0, appealed: 0, failed: 0 } })
    assert.equal(await dump(), once)
    assert.equal((await flags(id)).length, 1)
  })

  test('reports posts that cannot be deleted and deletes the rest', async () => {
    const expired = { is_pending: true, created_at: before(board, 5) }
    const good = await make.post(uploader, expired)
    const noAsset = await make.post(uploader, expired, null)
    const long = await make.post(uploader, { ...expired, source: 'x'.repeat(1_201) })
    const rating = await make.post(uploader, { ...expired, rating: 'z' })
    const wordy = await make.post(uploader, expired)
    await make.insert('post_flags', { post_id: wordy, creator_id: flagger, reason: 'y'.repeat(141) })
    const { outcome, notes } = await prune()
    assert.deepEqual(outcome, { kind: 'done', result: { pending: 1, flagged: 0, appealed: 0, failed: 4 } })
    assert.equal((await post(good)).is_deleted, true)
    for (const id of [noAsset, long, rating, wordy]) assert.equal((await post(id)).is_deleted, false)
    assert.deepEqual([...notes].sort(), [
      `post #${noAsset} was not deleted: the post has no active media asset`,
      `post #${long} was not deleted: the source is longer than 1200 characters`,
      `post #${rating} was not deleted: the rating is none of g, s, q, e`,
      `post #${wordy} was not deleted: the reason of a pending flag does not have 1 to 140 characters`,
    ])
  })

  test('reports a post that PostgreSQL refuses and deletes the rest of its batch', async () => {
    const expired = { is_pending: true, created_at: before(board, 5) }
    const good = [await make.post(uploader, expired), await make.post(uploader, expired)]
    const bad = await make.post(uploader, expired)
    good.push(await make.post(uploader, expired))
    await refuseToDelete(bad)
    const { outcome, notes } = await prune()
    assert.deepEqual(outcome, { kind: 'done', result: { pending: 3, flagged: 0, appealed: 0, failed: 1 } })
    for (const id of good) assert.equal((await post(id)).is_deleted, true)
    assert.deepEqual(await flags(bad), [])
    assert.equal(notes.length, 1)
    assert.match(notes[0] ?? '', new RegExp(`^post #${bad} failed: .*not this one`))
  })

  test('stops at once when the database is gone', async () => {
    await make.post(uploader, { is_pending: true, created_at: before(board, 5) })
    await board.query('ALTER TABLE post_appeals RENAME TO elsewhere')
    await assert.rejects(prune(), /post_appeals/)
  })

  test('stops between batches when it is aborted, and the next run does the rest', async () => {
    await manyPending(1_200)
    const stop = new AbortController()
    const onCommit = (count: number) => count === 3 && stop.abort(new Error('stopping'))
    await assert.rejects(prune({ signal: stop.signal, onCommit }), /stopping/)
    assert.equal(await deletedPosts(), 500)
    await prune()
    assert.equal(await deletedPosts(), 1_200)
  })

  test('killed in any transaction, it ends up the same after another run', async () => {
    await manyPending(700)
    const flagged = await make.post(uploader, { is_flagged: true, created_at: before(board, 9) })
    await flag(flagged, 5)
    for (const dieInTransaction of [1, 2, 3, 4, 5]) {
      await assert.rejects(prune({ dieInTransaction }), Killed)
    }
    await prune()
    assert.equal(await deletedPosts(), 701)
    const [count] = await board.query('SELECT count(*)::int AS flags FROM post_flags')
    assert.deepEqual(count, { flags: 702 })
  })
})

describe('on a busy board', () => {
  test('100,000 posts are deleted in short transactions that do not keep others waiting', async () => {
    await keepIndexes(board.query, {
      posts: [
        'index_posts_on_is_flagged',
        'index_posts_on_is_pending',
        'index_posts_on_parent_id',
        'index_posts_on_uploader_id_and_created_at',
      ],
      media_assets: ['index_media_assets_on_md5', 'index_media_assets_on_md5_and_status'],
      post_flags: ['index_post_flags_on_post_id', 'index_post_flags_on_status'],
    })
    await manyPending(100_000)
    const edit = await editor()
    const idle = process.memoryUsage().heapUsed
    let peak = idle
    let commits = 0
    let edits = Promise.resolve()
    const onCommit = (count: number) => {
      peak = Math.max(peak, process.memoryUsage().heapUsed)
      commits = count
      edits = edits.then(() => edit(count))
    }
    const { outcome } = await prune({ onCommit })
    await edits
    assert.ok(commits >= 400, `${commits} transactions`)
    assert.deepEqual(outcome, {
      kind: 'done',
      result: { pending: 100_000, flagged: 0, appealed: 0, failed: 0 },
    })
    assert.equal(await deletedPosts(), 100_000)
    assert.ok(peak - idle < 200_000_000)
  })

  test('the seeded community loses one post of each kind', async () => {
    await using seeded = await makeBoard(new Date('2026-03-05T12:00:00Z'), { seed: true })
    const { outcome, notes } = await seeded.run(prunePostsWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { pending: 1, flagged: 1, appealed: 1, failed: 0 } })
    assert.deepEqual(notes, [])
    const deleted = await seeded.query<{ id: number }>('SELECT id FROM posts WHERE is_deleted ORDER BY id')
    const { expiredPending, expiredFlagged, expiredAppealed, freshAppealed } = seededPosts
    assert.deepEqual(
      deleted.map(({ id }) => id),
      [expiredPending, expiredFlagged, expiredAppealed, freshAppealed],
    )
  })
})

/** Five hundred posts by each uploader. */
async function manyPending(count: number): Promise<void> {
  const uploaders = await make.users(
    Array.from({ length: Math.ceil(count / 500) }, (_, n) => `uploader ${n}`),
  )
  const uploaderOfEach = uploaders.flatMap((id) => Array<number>(500).fill(id)).slice(0, count)
  await make.posts(uploaderOfEach, { is_pending: true, created_at: before(board, 5) })
  // As autovacuum would have done long ago.
  await board.query('ANALYZE posts, media_assets')
}

/**
 * Edits a post in another session, which waits ten seconds for a lock and no longer. After each commit of the job that is one of the
 * five hundred that it takes next: two transactions find and delete a batch.
 */
async function editor(): Promise<(commits: number) => Promise<void>> {
  const [row] = await board.query<{ first: number }>('SELECT min(id) AS first FROM posts')
  const first = row?.first ?? 0
  return async (commits) => {
    const id = first + Math.floor(commits / 2) * 500 + ((commits * 7_919) % 500)
    await board.query(
      `BEGIN; SET LOCAL lock_timeout = '10s'; UPDATE posts SET score = score + 1 WHERE id = ${id}; COMMIT`,
    )
  }
}

async function refuseToDelete(postId: number): Promise<void> {
  await board.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.post_id = ${postId} THEN RAISE EXCEPTION 'not this one'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON post_flags FOR EACH ROW EXECUTE FUNCTION refuse()`)
}

async function deletedPosts(): Promise<number> {
  const [row] = await board.query<{ deleted: number }>(
    'SELECT count(*)::int AS deleted FROM posts WHERE is_deleted',
  )
  return row?.deleted ?? 0
}

async function dump(): Promise<string> {
  const tables = ['posts', 'post_flags', 'post_appeals', 'users', 'tags', 'post_versions']
  const rows = await Promise.all(
    tables.map((table) => board.query(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY id`)),
  )
  return JSON.stringify(rows)
}
