import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bitPrefsMask, defaultSettings, seededAccounts as users, verifyPassword } from '@danbooru-jobs/booru'
import { until } from '../harness/index.ts'
import { type Bed, makeBed } from './bed.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
  await bed.run()
})
after(() => bed[Symbol.asyncDispose]())

const session = { ip: '203.0.113.7', sessionId: 'a browser', userAgent: 'Mozilla/5.0 (test)' }

async function count(table: string, where: string): Promise<number> {
  const [row] = await bed.query<{ count: number }>(
    `select count(*)::int as count from ${table} where ${where}`,
  )
  return row?.count ?? -1
}

async function userRow(id: number) {
  const [row] = await bed.query('select * from users where id = $1', [id])
  assert.ok(row)
  return row
}

async function scores() {
  return bed.query<{ id: number; score: number; up_score: number; down_score: number; fav_count: number }>(
    'select id, score, up_score, down_score, fav_count from posts order by id',
  )
}

/** What the posts' counters must be, by the rows that are left. */
async function recounted() {
  return bed.query(`
    select p.id, coalesce(sum(v.score), 0)::int as score,
           coalesce(sum(v.score) filter (where v.score > 0), 0)::int as up_score,
           coalesce(sum(v.score) filter (where v.score < 0), 0)::int as down_score,
           (select count(*)::int from favorites f where f.post_id = p.id) as fav_count
      from posts p left join post_votes v on v.post_id = p.id and v.is_deleted = false
     group by p.id order by p.id`)
}

describe('deactivating an account with private favorites', () => {
  const id = users.gold
  let requestedAfter: Date
  let before_: Record<string, unknown>
  before(async () => {
    before_ = await userRow(id)
    requestedAfter = new Date()
    await bed.query(
      `insert into favorite_groups (name, creator_id, created_at, updated_at, is_public)
       values ('another secret', $1, now(), now(), false)`,
      [id],
    )
    await bed.query(
      `update users set theme = 100, per_page = 77, custom_style = 'a {}', favorite_tags = 'cat', comment_threshold = 3,
              blacklisted_tags = 'dog', time_zone = 'Tokyo', default_image_size = 'original',
              bit_prefs = bit_prefs | $2::bigint where id = $1`,
      [id, String(bitPrefsMask('enableSafeMode', 'isVerified', 'unusedHasMail'))],
    )
    const reply = await bed.ask({ userId: id, deleterId: id, password: 'password', session })
    assert.deepEqual(reply, {
      status: 'accepted',
      lifecycle: { machine: 'user-deactivation', key: String(id) },
    })
    await bed.ended(id)
  })

  test('renames it and keeps one record of the change', async () => {
    assert.equal((await userRow(id)).name, `user_${id}`)
    const changes = await bed.query(
      'select original_name, desired_name from user_name_change_requests where user_id = $1',
      [id],
    )
    assert.deepEqual(changes, [{ original_name: 'gold', desired_name: `user_${id}` }])
  })

  test('locks it with a random password', async () => {
    const { bcrypt_password_hash: hash } = await userRow(id)
    assert.match(String(hash), /^\$2a\$12\$/)
    assert.equal(await verifyPassword('password', String(hash)), false)
  })

  test('leaves a moderator action by the deleter about the user', async () => {
    const actions = await bed.query(
      `select creator_id, category, description, subject_type, subject_id from mod_actions where category = 2 and subject_id = $1`,
      [id],
    )
    const action = { creator_id: id, category: 2, description: `deleted user #${id}` }
    assert.deepEqual(actions, [{ ...action, subject_type: 'User', subject_id: id }])
  })

  test('leaves an event on the account with the session of the request', async () => {
    const events = await bed.query(
      `select host(ip_addr) as ip, session_id, user_agent from user_events e join user_sessions s on s.id = user_session_id
        where user_id = $1 and category = 300`,
      [id],
    )
    assert.deepEqual(events, [
      { ip: session.ip, session_id: session.sessionId, user_agent: session.userAgent },
    ])
  })

  test('deletes API keys, topic visits, saved searches and private favorite groups', async () => {
    assert.equal(await count('api_keys', `user_id = ${id}`), 0)
    assert.equal(await count('forum_topic_visits', `user_id = ${id}`), 0)
    assert.equal(await count('saved_searches', `user_id = ${id}`), 0)
    assert.equal(await count('favorite_groups', `creator_id = ${id} and not is_public`), 0)
    assert.equal(await count('favorite_groups', `creator_id = ${id} and is_public`), 1)
  })

  test('deletes favorites and withdraws every vote, up and down, without deleting its row', async () => {
    assert.equal(await count('favorites', `user_id = ${id}`), 0)
    assert.equal((await userRow(id)).favorite_count, 0)
    assert.equal(await count('post_votes', `user_id = ${id} and not is_deleted`), 0)
    assert.equal(await count('post_votes', `user_id = ${id} and score < 0 and updated_at > created_at`), 4)
    assert.equal(await count('post_votes', `user_id = ${id} and score > 0 and updated_at > created_at`), 8)
    assert.equal(await count('mod_actions', 'category = 232'), 0)
  })

  test('keeps the counters of the posts right, and their time of change', async () => {
    assert.deepEqual(await scores(), await recounted())
    assert.equal(await count('posts', `updated_at >= '${requestedAfter.toISOString()}'`), 0)
  })

  test('leaves the votes and favorites of others alone', async () => {
    assert.equal(await count('favorites', `user_id = ${users.member}`), 11)
    assert.equal(await count('post_votes', `user_id = ${users.voter} and not is_deleted`), 7)
  })

  test('forgets e-mail address and settings, and nothing else', async () => {
    assert.equal(await count('email_addresses', `user_id = ${id}`), 0)
    const row = await userRow(id)
    const reset = {
      last_logged_in_at: null,
      last_forum_read_at: null,
      time_zone: defaultSettings.timeZone,
      comment_threshold: -8,
      default_image_size: 'large',
      favorite_tags: null,
      blacklisted_tags: 'guro\nscat\nfurry -rating:g',
      custom_style: null,
      per_page: 20,
      theme: 0,
      bit_prefs: String(bitPrefsMask('isVerified', 'unusedHasMail')),
    }
    const changed = ['name', 'bcrypt_password_hash', 'updated_at', 'favorite_count', ...Object.keys(reset)]
    const kept = Object.fromEntries(Object.entries(before_).filter(([name]) => !changed.includes(name)))
    assert.deepEqual(Object.fromEntries(Object.keys(reset).map((name) => [name, row[name]])), reset)
    assert.deepEqual(Object.fromEntries(Object.keys(kept).map((name) => [name, row[name]])), kept)
  })

  test('reports it: one moderator action, one deactivation', async () => {
    const [action, ...more] = await until(async () => {
      const found = await bed.messages('EVENTS', 'events.mod-action.user_delete')
      return found.length > 0 && found
    })
    assert.deepEqual(more, [])
    const { modActionId, createdAt, ...event } = JSON.parse(action?.body ?? '{}')
    assert.equal(typeof modActionId, 'number')
    assert.ok(new Date(createdAt) >= requestedAfter)
    assert.deepEqual(event, {
      category: 'user_delete',
      categoryId: 2,
      creatorId: id,
      description: `deleted user #${id}`,
      subjectType: 'User',
      subjectId: id,
    })
    const events = await until(async () => {
      const found = await bed.messages('EVENTS', 'events.user.deactivated')
      return found.length > 0 && found
    })
    assert.equal(events.length, 1)
    assert.equal(JSON.parse(events[0]?.body ?? '{}').userId, id)
  })
})

describe('deactivating an account with public favorites', () => {
  const id = users.member
  before(async () => {
    await bed.query(
      'insert into post_votes (post_id, user_id, score, created_at, updated_at) values (30, $1, -3, now(), now())',
      [id],
    )
    await bed.query('update posts set score = score - 3, down_score = down_score - 3 where id = 30')
    await bed.ask({ userId: id, deleterId: id, password: 'password' })
    await bed.ended(id)
  })

  test('keeps favorites and upvotes', async () => {
    assert.equal(await count('favorites', `user_id = ${id}`), 11)
    assert.equal((await userRow(id)).favorite_count, 11)
    assert.equal(await count('post_votes', `user_id = ${id} and not is_deleted and score > 0`), 5)
  })

  test('withdraws downvotes, also one that counts three times as in former times', async () => {
    assert.equal(await count('post_votes', `user_id = ${id} and not is_deleted and score < 0`), 0)
    assert.deepEqual(await scores(), await recounted())
  })

  test('records the event without a session too', async () => {
    const events = await bed.query(
      `select host(ip_addr) as ip, user_agent from user_events e join user_sessions s on s.id = user_session_id
        where user_id = $1 and category = 300`,
      [id],
    )
    assert.deepEqual(events, [{ ip: '127.0.0.1', user_agent: null }])
  })
})

describe('the Owner deactivating a member', () => {
  const id = users.voter
  before(async () => {
    const reply = await bed.ask({ userId: id, deleterId: users.owner, session })
    assert.equal(reply.status, 'accepted')
    await bed.ended(id)
  })

  test('needs no password and is the creator of the moderator action', async () => {
    assert.equal((await userRow(id)).name, `user_${id}`)
    const actions = await bed.query(
      'select creator_id, description, subject_id from mod_actions where category = 2 and subject_id = $1',
      [id],
    )
    assert.deepEqual(actions, [
      { creator_id: users.owner, description: `deleted user #${id}`, subject_id: id },
    ])
  })

  test('leaves an event on the account that does not hold the address of the Owner', async () => {
    const events = await bed.query(
      `select host(ip_addr) as ip, session_id, user_agent from user_events e join user_sessions s on s.id = user_session_id
        where user_id = $1 and category = 300`,
      [id],
    )
    assert.equal(events.length, 1)
    assert.deepEqual({ ...events[0], session_id: '' }, { ip: '127.0.0.1', session_id: '', user_agent: null })
    assert.notEqual(events[0]?.session_id, session.sessionId)
  })
})

describe('deactivating an account that is deactivated already', () => {
  const id = users.restricted

  test('does it all once more, under the next free name', async () => {
    const ask = () => bed.ask({ userId: id, deleterId: users.owner })
    assert.equal((await ask()).status, 'accepted')
    await bed.ended(id)
    assert.deepEqual(await ask(), {
      status: 'accepted',
      lifecycle: { machine: 'user-deactivation', key: String(id) },
    })
    await bed.ended(id)
    assert.equal((await userRow(id)).name, `user_${id}~`)
    const changes = await bed.query(
      'select original_name, desired_name from user_name_change_requests where user_id = $1 order by id',
      [id],
    )
    assert.deepEqual(changes, [
      { original_name: 'restricted', desired_name: `user_${id}` },
      { original_name: `user_${id}`, desired_name: `user_${id}~` },
    ])
    assert.equal(await count('mod_actions', `category = 2 and subject_id = ${id}`), 2)
    assert.equal(await count('user_events', `category = 300 and user_id = ${id}`), 2)
    await until(async () => {
      const events = await bed.messages('EVENTS', 'events.user.deactivated')
      return events.filter(({ body }) => JSON.parse(body).userId === id).length === 2
    })
  })

  test('skips a name that is taken, in whatever case', async () => {
    const other = users.formerly_banned
    await bed.query('update users set bit_prefs = 0 where id = $1', [other])
    await bed.query('update users set name = $2 where id = $1', [users.platinum, `USER_${other}`])
    await bed.ask({ userId: other, deleterId: other, password: 'password' })
    await bed.ended(other)
    assert.equal((await userRow(other)).name, `user_${other}~`)
  })
})
