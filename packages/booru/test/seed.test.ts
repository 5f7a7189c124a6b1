import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MikroORM } from '@mikro-orm/postgresql'
import { User } from '../src/entities/index.ts'
import { createBooruSchema } from '../src/schema/create.ts'
import { seedBooru } from '../src/seed/seed.ts'
import { accounts } from '../src/seed/users.ts'
import { hasBitPref } from '../src/users/bit-prefs.ts'
import { verifyPassword } from '../src/users/passwords.ts'
import { connect, type FreshDatabase, freshDatabase } from './postgres.ts'

const now = new Date('2026-03-05T12:00:00Z')
const at = `timestamp '2026-03-05 12:00:00'`

/** What each maintenance job looks for, and the rows it should find. */
const work: Record<string, [sql: string, found: number]> = {
  'pending posts to delete': [`posts WHERE is_pending AND created_at < ${at} - interval '3 days'`, 1],
  'flags that ran out': [
    `post_flags f JOIN posts p ON p.id = post_id
      WHERE status = 0 AND is_flagged AND f.created_at < ${at} - interval '3 days'`,
    1,
  ],
  'appeals that ran out': [
    `post_appeals a JOIN posts p ON p.id = post_id
      WHERE status = 0 AND is_deleted AND a.created_at < ${at} - interval '3 days'`,
    1,
  ],
  'stale rate limits': [`rate_limits WHERE updated_at < ${at} - interval '1 hour'`, 2],
  'old disapprovals': [`post_disapprovals WHERE created_at < ${at} - interval '1 month'`, 1],
  'wrong post counts': [
    `tags t WHERE post_count <> (SELECT count(*) FROM posts WHERE string_to_array(tag_string, ' ') @> ARRAY[t.name]::text[])`,
    2,
  ],
  'requests to warn about': [
    `bulk_update_requests b JOIN forum_posts p ON p.id = forum_post_id AND p.topic_id = forum_topic_id
      WHERE status = 'pending' AND b.created_at >= ${at} - interval '45 days' AND b.created_at < ${at} - interval '40 days'`,
    1,
  ],
  'requests to reject': [
    `bulk_update_requests WHERE status = 'pending' AND created_at < ${at} - interval '45 days'`,
    1,
  ],
  'general aliases without recent posts': [
    `tag_aliases a JOIN tags t ON t.name = consequent_name
      WHERE status = 'active' AND category = 0 AND post_count > 0 AND a.created_at < ${at} - interval '2 years'
        AND NOT EXISTS (SELECT FROM posts p WHERE p.created_at > ${at} - interval '2 years'
          AND string_to_array(tag_string, ' ') @> ARRAY[t.name]::text[])`,
    1,
  ],
  'aliases to empty tags': [`tag_aliases JOIN tags ON name = consequent_name WHERE post_count <= 0`, 1],
  'implications from empty tags': [
    `tag_implications JOIN tags ON name = antecedent_name WHERE post_count <= 0`,
    1,
  ],
  'inactive approvers': [
    `users u WHERE level = 37
      AND (SELECT count(*) FROM post_approvals WHERE user_id = u.id AND created_at >= ${at} - interval '45 days') < 30
      AND NOT EXISTS (SELECT FROM user_feedback WHERE user_id = u.id AND created_at >= ${at} - interval '45 days'
        AND body LIKE '%You have been promoted to an Approver%')`,
    1,
  ],
  'bans that ran out, with the flag still set': [
    `users u WHERE get_bit(bit_prefs::bit(31), 30) = 1
      AND NOT EXISTS (SELECT FROM bans WHERE user_id = u.id AND created_at + duration > ${at})`,
    1,
  ],
  'bans that still run': [`bans WHERE created_at + duration > ${at}`, 1],
  'finished jobs to forget': [`good_jobs WHERE finished_at < ${at} - interval '7 days'`, 2],
}

/** Rows whose counters do not say what the rows they count say. */
const inconsistencies = [
  `users u WHERE favorite_count <> (SELECT count(*) FROM favorites WHERE user_id = u.id)`,
  `posts p WHERE fav_count <> (SELECT count(*) FROM favorites WHERE post_id = p.id)`,
  `posts p WHERE score <> up_score + down_score OR score <>
    (SELECT coalesce(sum(v.score), 0) FROM post_votes v WHERE post_id = p.id AND NOT v.is_deleted)`,
  `posts WHERE tag_count <> cardinality(string_to_array(tag_string, ' ')) OR tag_count <> tag_count_general
    + tag_count_artist + tag_count_copyright + tag_count_character + tag_count_meta`,
  `posts p WHERE has_children <> EXISTS (SELECT FROM posts WHERE parent_id = p.id)`,
  `forum_topics t WHERE response_count <> (SELECT count(*) FROM forum_posts WHERE topic_id = t.id)`,
  `posts p WHERE NOT EXISTS (SELECT FROM media_assets m WHERE m.md5 = p.md5 AND status = 200)`,
  `favorite_groups, unnest(post_ids) AS post_id WHERE post_id NOT IN (SELECT id FROM posts)`,
]

describe('the seed', () => {
  let database: FreshDatabase
  let orm: MikroORM & AsyncDisposable

  before(async () => {
    database = await freshDatabase()
    orm = await connect(database.url)
    await createBooruSchema(orm.em)
    assert.equal(await seedBooru(orm.em, { now, systemPassword: 'of the test' }), 'seeded')
  })

  after(async () => {
    await orm?.close()
    await database?.[Symbol.asyncDispose]()
  })

  const count = async (from: string) => {
    const [row] = await orm.em.execute<{ count: number }[]>(`SELECT count(*)::int AS count FROM ${from}`)
    return row?.count
  }

  test('has accounts of every level, which log in with the printed password', async () => {
    const users = await orm.em.fork().find(User, {}, { orderBy: { id: 'asc' } })
    const levels = new Set(users.map(({ level }) => level))
    assert.deepEqual(
      [...levels].sort((a, b) => a - b),
      [10, 20, 30, 31, 32, 35, 37, 40, 50, 60],
    )
    const [bot, ...people] = users
    assert.deepEqual([bot?.name, bot?.level], ['DanbooruBot', 40])
    assert.equal(await verifyPassword('of the test', bot?.bcryptPasswordHash ?? ''), true)
    const hashes = new Set(people.map(({ bcryptPasswordHash }) => bcryptPasswordHash))
    assert.equal(hashes.size, 1)
    assert.equal(await verifyPassword('password', [...hashes].join()), true)
  })

  test('has favorites and votes in private and in public', async () => {
    const gold = await orm.em.fork().findOneOrFail(User, { id: accounts.gold })
    const member = await orm.em.fork().findOneOrFail(User, { id: accounts.member })
    assert.equal(hasBitPref(gold.bitPrefs, 'enablePrivateFavorites'), true)
    assert.equal(hasBitPref(member.bitPrefs, 'enablePrivateFavorites'), false)
    assert.deepEqual([gold.favoriteCount, member.favoriteCount], [12, 11])
    assert.equal(await count(`post_votes WHERE user_id = ${gold.id} AND score > 0`), 8)
    assert.equal(await count(`post_votes WHERE user_id = ${gold.id} AND score < 0`), 4)
    assert.equal(await count(`favorite_groups WHERE creator_id = ${gold.id} AND NOT is_public`), 1)
    assert.equal(await count(`favorite_groups WHERE creator_id = ${gold.id} AND is_public`), 1)
  })

  for (const from of inconsistencies) {
    test(`has no ${from.replaceAll(/\s+/g, ' ')}`, async () => assert.equal(await count(from), 0))
  }

  for (const [what, [from, found]] of Object.entries(work)) {
    test(`has ${found} of: ${what}`, async () => assert.equal(await count(from), found))
  }

  test('leaves the sequences behind its ids', async () => {
    const em = orm.em.fork()
    const { id: _, ...columns } = await em.findOneOrFail(User, { id: accounts.member })
    const user = em.create(User, { ...columns, name: 'newcomer' })
    await em.flush()
    assert.ok(user.id > Math.max(...Object.values(accounts)))
    await em.remove(user).flush()
  })

  test('is planted once', async () => {
    const before = await dump()
    assert.equal(await seedBooru(orm.em, { now: new Date('2027-01-01T00:00:00Z') }), 'present')
    assert.equal(await dump(), before)
  })

  test('is the same every time, for the same time', async () => {
    await using other = await freshDatabase()
    await using again = await connect(other.url)
    await createBooruSchema(again.em)
    await seedBooru(again.em, { now, systemPassword: 'another' })
    assert.equal(await dump(again), await dump())
  })

  /** Every seeded row, without the salted hash of the system user and GoodJob's random ids. */
  async function dump(of: MikroORM = orm): Promise<string> {
    const names = [
      ...new Set([...of.getMetadata().getAll().values()].map(({ tableName }) => tableName)),
    ].sort()
    const selects = names.map(
      (name) => `SELECT '${name}' AS name, to_jsonb(t) - 'bcrypt_password_hash'
        ${name === 'good_jobs' ? `- 'id'` : ''} AS row FROM ${name} t`,
    )
    const rows = await of.em.execute<{ row: string }[]>(
      `SELECT name || row::text AS row FROM (${selects.join(' UNION ALL ')}) x ORDER BY 1`,
    )
    assert.ok(rows.length > 300)
    return rows.map(({ row }) => row).join('\n')
  }
})
