import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import {
  type Board,
  before,
  type Fixtures,
  fixtures,
  Killed,
  keepIndexes,
  makeBoard,
} from '../../../test/harness/index.ts'
import { retireTagRelationshipsWorker } from '../src/retire-tag-relationships.ts'

const title = 'Retired tag aliases & implications'
const categories = { general: 0, artist: 1, copyright: 3, character: 4, meta: 5 }

let board: Board
let make: Fixtures
let system: number

beforeEach(async () => {
  board = await makeBoard(new Date('2026-03-05T12:00:00Z'))
  make = fixtures(board)
  system = await make.user('DanbooruBot', { level: 40 })
})
afterEach(() => board[Symbol.asyncDispose]())

const retire = (...options: Parameters<Board['run']> extends [unknown, ...infer Rest] ? Rest : never) =>
  board.run(retireTagRelationshipsWorker, ...options)

const relation = (table: string, antecedent: string, consequent: string, days: number) =>
  make.insert(table, {
    antecedent_name: antecedent,
    consequent_name: consequent,
    creator_id: system,
    created_at: before(board, days),
  })

const retired = async (table: string) => {
  const rows = await board.query<{ name: string }>(
    `SELECT antecedent_name AS name FROM ${table} WHERE status = 'retired' ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}

const announcements = async () => {
  const rows = await board.query<{ body: string }>(
    'SELECT body FROM forum_posts p JOIN forum_topics t ON t.id = topic_id WHERE title = $1 ORDER BY p.id OFFSET 1',
    [title],
  )
  return rows.map(({ body }) => body)
}

/** Aliases of three years to a tag of each category, on a post of that age. */
async function oldAliases(postDays: number): Promise<void> {
  for (const [name, category] of Object.entries(categories)) {
    await make.tag(name, { category, post_count: 1 })
    await relation('tag_aliases', `old_${name}`, name, 3 * 366)
    await make.post(system, { tag_string: name, created_at: before(board, postDays) })
  }
}

describe('the topic', () => {
  test('is opened if there is none, even with nothing to announce', async () => {
    await retire()
    const [topic] = await board.query(
      'SELECT title, category_id, creator_id, response_count FROM forum_topics',
    )
    assert.deepEqual(topic, { title, category_id: 1, creator_id: system, response_count: 1 })
    await retire()
    assert.deepEqual(await board.query('SELECT count(*)::int AS count FROM forum_posts'), [{ count: 1 }])
  })

  test('gets everything in one post, sorted, with links', async () => {
    await make.tag('empty')
    await relation('tag_implications', 'empty', 'b', 1)
    await relation('tag_aliases', 'z', 'empty', 1)
    await relation('tag_aliases', 'a', 'empty', 1)
    await retire()
    assert.deepEqual(await announcements(), [
      [
        'The tag alias [[a]] -> [[empty]] has been retired.',
        'The tag alias [[z]] -> [[empty]] has been retired.',
        'The tag implication [[empty]] -> [[b]] has been retired.',
      ].join('\n'),
    ])
    const links = await board.query<{ link_target: string }>(
      'SELECT link_target FROM dtext_links WHERE link_type = 0 ORDER BY id',
    )
    assert.deepEqual(
      links.map(({ link_target }) => link_target),
      ['a', 'empty', 'z', 'b'],
    )
    assert.deepEqual(await board.query('SELECT id FROM mod_actions'), [])
  })

  test('that is deleted gets no post, which is reported', async () => {
    const people = { creator_id: system, updater_id: system }
    await make.insert('forum_topics', { title, ...people, is_deleted: true })
    await make.tag('empty')
    await relation('tag_aliases', 'a', 'empty', 1)
    const { notes } = await retire()
    assert.deepEqual(await retired('tag_aliases'), ['a'])
    assert.match(notes.join(), /^1 retirements could not be announced in topic #\d+: topic-deleted$/)
  })
})

describe('aliases', () => {
  test('of three years, with posts as old, are retired if to artist or general tags', async () => {
    await oldAliases(3 * 366)
    await retire()
    assert.deepEqual(await retired('tag_aliases'), ['old_artist', 'old_general'])
  })

  test('of three years, with recent posts, are retired only if to artist tags', async () => {
    await oldAliases(7)
    await retire()
    assert.deepEqual(await retired('tag_aliases'), ['old_artist'])
  })

  test('are kept while posts carry the tag under the name it is aliased to itself', async () => {
    await make.tag('middle', { post_count: 1 })
    await make.tag('end', { category: 4, post_count: 1 })
    await relation('tag_aliases', 'start', 'middle', 3 * 366)
    await relation('tag_aliases', 'middle', 'end', 3 * 366)
    await make.post(system, { tag_string: 'end', created_at: before(board, 7) })
    await retire()
    assert.deepEqual(await retired('tag_aliases'), [])
  })

  test('to empty tags of every category are retired, whatever their age', async () => {
    for (const [name, category] of Object.entries(categories)) {
      await make.tag(name, { category })
      await relation('tag_aliases', `new_${name}`, name, 0)
    }
    await retire()
    assert.equal((await retired('tag_aliases')).length, 5)
  })
})

describe('implications', () => {
  test('from empty tags of every category are retired', async () => {
    for (const [name, category] of Object.entries(categories)) {
      await make.tag(name, { category })
      await relation('tag_implications', name, 'anything', 0)
    }
    await retire()
    assert.equal((await retired('tag_implications')).length, 5)
  })

  test('of banned artists are kept', async () => {
    await make.tag('bkub', { category: 1 })
    await relation('tag_implications', 'bkub', 'banned_artist', 0)
    await retire()
    assert.deepEqual(await retired('tag_implications'), [])
  })
})

describe('the job', () => {
  test('killed in any transaction, announces what it retires, once', async () => {
    await many('tag_aliases', 1_000)
    for (const dieInTransaction of [1, 2, 3, 5]) await assert.rejects(retire({ dieInTransaction }), Killed)
    await retire()
    const lines = (await announcements()).flatMap((body) => body.split('\n'))
    assert.equal((await retired('tag_aliases')).length, 1_000)
    assert.deepEqual([lines.length, new Set(lines).size], [1_000, 1_000])
  })

  test('reports a relationship that PostgreSQL refuses and retires the rest', async () => {
    await many('tag_aliases', 5)
    await board.query(
      `ALTER TABLE tag_aliases ADD CONSTRAINT refuse CHECK (antecedent_name <> 'from_3' OR status = 'active')`,
    )
    const { notes } = await retire()
    assert.equal((await retired('tag_aliases')).length, 4)
    assert.equal((await announcements()).join().split('\n').length, 4)
    assert.match(notes.join(), /^tag alias #\d+ was not retired: .*refuse/)
  })

  test('retires an old alias of a tag to itself, which could not be saved today', async () => {
    await make.tag('same')
    await relation('tag_aliases', 'same', 'same', 1)
    await retire()
    assert.deepEqual(await retired('tag_aliases'), ['same'])
  })

  test('retires 100,000 without keeping them in memory or locked', async () => {
    await keepIndexes(board.query, {
      tags: ['index_tags_on_name'],
      tag_aliases: ['index_tag_aliases_on_antecedent_name', 'index_tag_aliases_on_consequent_name'],
      tag_implications: [
        'index_tag_implications_on_antecedent_name',
        'index_tag_implications_on_consequent_name',
      ],
    })
    await many('tag_aliases', 60_000)
    await many('tag_implications', 40_000)
    const ended = new AbortController()
    const edits = keepEditing(ended.signal)
    const idle = process.memoryUsage().heapUsed
    let peak = idle
    const { outcome } = await retire({
      onCommit() {
        peak = Math.max(peak, process.memoryUsage().heapUsed)
      },
    })
    ended.abort()
    assert.deepEqual(outcome, { kind: 'done', result: { retired: 100_000 } })
    assert.equal((await announcements()).length, 250)
    assert.ok((await edits) > 10)
    assert.ok(peak - idle < 200_000_000)
  })

  test('retires what the seeded community has for it', async () => {
    await using seeded = await makeBoard(new Date('2026-03-05T12:00:00Z'), { seed: true })
    const { outcome } = await seeded.run(retireTagRelationshipsWorker)
    assert.deepEqual(outcome, { kind: 'done', result: { retired: 3 } })
  })
})

async function many(table: string, count: number): Promise<void> {
  const prefix = table === 'tag_aliases' ? '' : 'implied_'
  const pairs = Array.from({ length: count }, (_, n) => ({
    antecedent_name: `${prefix}from_${n + 1}`,
    consequent_name: `${prefix}to_${n + 1}`,
  }))
  const names = pairs.flatMap((pair) => [{ name: pair.antecedent_name }, { name: pair.consequent_name }])
  await make.insertAll('tags', names)
  await make.insertAll(table, pairs, { creator_id: system })
  await board.query(`ANALYZE tags, ${table}`)
}

/** Edits the same rows in another session, which waits ten seconds for a lock and no longer; counts the edits. */
async function keepEditing(signal: AbortSignal): Promise<number> {
  let edits = 0
  for (; !signal.aborted; edits += 1) {
    await board.query(`BEGIN; SET LOCAL lock_timeout = '10s';
      UPDATE tag_aliases SET reason = 'x' WHERE id = 1 + (random() * 59999)::int; COMMIT`)
  }
  return edits
}
