import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { discard, worker } from '@danbooru-jobs/actors'
import { hashPassword, seededAccounts as users } from '@danbooru-jobs/booru'
import { deleteUser } from '@danbooru-jobs/contracts/danbooru'
import { deleteFavoritesWorker } from '@danbooru-jobs/delete-favorites'
import { deleteUserWorker } from '@danbooru-jobs/delete-user'
import { outboxRelay } from '@danbooru-jobs/outbox-relay'
import { deactivateUserResponder, userDeactivation } from '@danbooru-jobs/user-deactivation'
import { jetstream } from '@nats-io/jetstream'
import { until } from '../harness/index.ts'
import { allStreams, type Bed, makeBed } from './bed.ts'

const own = (id: number, password = 'password') => ({ userId: id, deleterId: id, password })
const accepted = (id: number) => ({
  status: 'accepted',
  lifecycle: { machine: 'user-deactivation', key: String(id) },
})

/** The tables that a deactivation writes, as text to be compared. */
async function everything(bed: Bed): Promise<string> {
  const tables = [
    'users',
    'user_name_change_requests',
    'mod_actions',
    'user_events',
    'user_sessions',
    'favorites',
  ]
  const ours = ['jobs.outbox', 'jobs.lifecycles', 'jobs.lifecycle_messages', 'jobs.processed']
  const rows = []
  for (const table of [...tables, ...ours]) rows.push(await bed.query(`select * from ${table} order by 1, 2`))
  return JSON.stringify(rows)
}

describe('a request that is refused', () => {
  let bed: Bed
  let before_: string
  before(async () => {
    bed = await makeBed()
    await bed.run()
    await bed.query(`update users set bit_prefs = bit_prefs | 1 where id = $1`, [users.banned_member])
    before_ = await everything(bed)
  })
  after(() => bed[Symbol.asyncDispose]())

  const refusals: [what: string, request: object, errors: string[]][] = [
    ['a wrong password', own(users.member, 'wrong'), ['Password is incorrect']],
    ['no password', { userId: users.member, deleterId: users.member }, ['Password is incorrect']],
    ['an admin', own(users.admin), ['Admins cannot delete their account']],
    ['a banned user', own(users.banned_member), ['You cannot delete your account if you are banned']],
    [
      'an admin about another user',
      { userId: users.member, deleterId: users.admin },
      ['You cannot delete an account belonging to another user'],
    ],
    [
      'the Owner about a gold account',
      { userId: users.gold, deleterId: users.owner },
      ['You cannot delete a privileged account'],
    ],
    ['an unknown account', own(999_999), ['User #999999 does not exist']],
    [
      'a deleter who does not exist',
      { userId: users.member, deleterId: 999_999 },
      ['You cannot delete an account belonging to another user'],
    ],
  ]
  for (const [what, request, errors] of refusals) {
    test(`says why: ${what}`, async () => {
      assert.deepEqual(await bed.ask(request), { status: 'refused', errors })
    })
  }

  test('asks to wait when a user, or an address, has asked too often, without looking at the password', async () => {
    const session = { ip: '192.0.2.7', sessionId: 's' }
    for (const key of [`users/${users.voter}`, `ip/${session.ip}`]) {
      await bed.query(
        `insert into rate_limits (action, key, points, created_at, updated_at)
         values ('users:destroy', $1, -30, now() at time zone 'utc', now() at time zone 'utc' + interval '1 minute')`,
        [key],
      )
    }
    const limited = {
      status: 'limited',
      errors: ['You are doing that too fast, wait a moment and try again'],
    }
    assert.deepEqual(await bed.ask(own(users.voter)), limited)
    assert.deepEqual(await bed.ask({ ...own(users.member, 'wrong'), session }), limited)
    assert.equal((await bed.ask(own(users.member, 'wrong'))).status, 'refused')
  })

  const garbage: [what: string, body: unknown, error: RegExp][] = [
    ['what is not JSON', 'deactivate me', /not JSON/],
    ['nothing', '', /^userId: /],
    ['a list', [], /^request: /],
    ['null', 'null', /^request: /],
    ['text for a number', { userId: 'x', deleterId: 1 }, /^userId: /],
    ['a number beyond every id', { userId: 1e300, deleterId: 1 }, /^userId: /],
    ['a negative id', { userId: 5, deleterId: -1 }, /^deleterId: /],
    ['a password that is an object', { ...own(5), password: { $ne: '' } }, /^password: /],
    ['an endless password', { ...own(5), password: 'x'.repeat(900_000) }, /^password: /],
    ['an address that is none', { ...own(5), session: { ip: '1.2.3', sessionId: '' } }, /^session\.ip: /],
  ]
  for (const [what, body, error] of garbage) {
    test(`gets the place of its error: ${what}`, async () => {
      const reply = await bed.ask(body)
      assert.equal(reply.status, 'invalid')
      assert.ok(
        reply.status === 'invalid' && reply.errors.some((line) => error.test(line)),
        JSON.stringify(reply),
      )
    })
  }

  test('leaves no trace: no row, no message, no password', async () => {
    assert.equal(await everything(bed), before_)
    for (const stream of allStreams) {
      const messages = await bed.messages(stream, '>')
      // The log begins with the making of its consumers.
      assert.deepEqual(
        messages.filter(({ subject }) => !subject.includes('.CONSUMER.CREATED.')),
        [],
        stream,
      )
    }
    assert.ok(!bed.log().includes('wrong'))
  })
})

describe('requests at the same time', () => {
  let bed: Bed
  before(async () => {
    bed = await makeBed()
    await bed.run()
  })
  after(() => bed[Symbol.asyncDispose]())

  async function traces(id: number) {
    const [row] = await bed.query(
      `select (select count(*)::int from user_name_change_requests where user_id = $1) as renames,
              (select count(*)::int from mod_actions where category = 2 and subject_id = $1) as actions,
              (select count(*)::int from user_events where category = 300 and user_id = $1) as events`,
      [id],
    )
    return row
  }

  test('of one user about one account do it once, and all who knew the password get that reply', async () => {
    const id = users.gold
    const replies = await Promise.all([1, 2, 3].map(() => bed.ask(own(id))))
    const first = replies.filter((reply) => reply.status === 'accepted' && !reply.alreadyInProgress)
    assert.equal(first.length, 1, JSON.stringify(replies))
    await bed.ended(id)
    assert.deepEqual(await traces(id), { renames: 1, actions: 1, events: 1 })
    for (const reply of replies) assert.ok(isFair(reply), JSON.stringify(reply))
  })

  /** A lifecycle may be over before the slowest of the requests has its turn: its password has become wrong. */
  function isFair(reply: Awaited<ReturnType<Bed['ask']>>): boolean {
    return reply.status === 'accepted' || JSON.stringify(reply).includes('Password is incorrect')
  }

  test('with the same message id get the same answer, also later', async () => {
    const id = users.member
    const replies = await Promise.all([1, 2].map(() => bed.ask(own(id), 'the same')))
    assert.deepEqual(replies, [accepted(id), accepted(id)])
    await bed.ended(id)
    assert.deepEqual(await bed.ask(own(id), 'the same'), accepted(id))
    assert.deepEqual(await traces(id), { renames: 1, actions: 1, events: 1 })
  })

  test('leave the password nowhere: not in the log, not in a table of ours, not in a stream', async () => {
    const id = users.voter
    const secret = 'correct horse battery staple'
    await bed.query('update users set bcrypt_password_hash = $2 where id = $1', [
      id,
      await hashPassword(secret),
    ])
    assert.equal(
      (await bed.ask({ ...own(id, secret), session: { ip: '::1', sessionId: 's' } })).status,
      'accepted',
    )
    assert.equal((await bed.ask(own(id, `${secret}!`))).status, 'refused')
    await bed.ended(id)
    await until(async () => (await bed.query('select from jobs.outbox')).length === 0)
    const tables = await bed.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'jobs'`,
    )
    assert.ok(tables.length >= 4)
    for (const { name } of tables) {
      const found = await bed.query(`select * from ${name} as one where one::text like '%${secret}%'`)
      assert.deepEqual(found, [], name)
    }
    for (const stream of allStreams) {
      const messages = await bed.messages(stream, '>')
      assert.ok(!JSON.stringify(messages).includes(secret), stream)
    }
    assert.ok(bed.log().includes('lifecycle message'))
    assert.ok(!bed.log().includes(secret))
  })
})

describe('a deactivation whose job is discarded', () => {
  let bed: Bed
  let fails = true
  before(async () => {
    bed = await makeBed()
    const failing = worker(deleteUser, async (payload, job, provided) =>
      fails ? discard('no luck today') : deleteUserWorker.handle(payload, job, provided),
    )
    await bed.run([deactivateUserResponder, userDeactivation, failing, deleteFavoritesWorker, outboxRelay])
  })
  after(() => bed[Symbol.asyncDispose]())
  const id = users.gold
  const key = `lifecycles.user-deactivation.${id}`

  async function state(): Promise<unknown> {
    const [row] = await bed.query<{ state: unknown }>('select state from jobs.lifecycles where key = $1', [
      String(id),
    ])
    return row?.state
  }

  async function say(message: object, messageId: string): Promise<void> {
    await jetstream(bed.connection).publish(key, JSON.stringify(message), { msgID: messageId })
  }

  const seen = (messageId: string) =>
    until(
      async () =>
        (await bed.query('select 1 from jobs.lifecycle_messages where message_id = $1', [messageId])).length >
        0,
    )

  test('stalls, having done what could be done', async () => {
    await bed.ask(own(id))
    await until(async () => (await state()) === 'stalled')
    await until(async () => {
      const [row] = await bed.query<{ standing: string }>(
        `select snapshot->'context'->'tasks'->'favorites'->>'standing' as standing from jobs.lifecycles`,
      )
      return row?.standing === 'done'
    })
    assert.deepEqual(await bed.query('select from favorites where user_id = $1', [id]), [])
    assert.ok((await bed.query('select from api_keys where user_id = $1', [id])).length > 0)
  })

  test('answers a request of the Owner without doing anything', async () => {
    await bed.query('update users set level = 20 where id = $1', [id])
    const request = { userId: id, deleterId: users.owner }
    const inProgress = { ...accepted(id), alreadyInProgress: true }
    assert.deepEqual(await bed.ask(request, 'asked again'), inProgress)
    assert.deepEqual(await bed.ask(request, 'asked again'), inProgress)
    assert.equal(await state(), 'stalled')
    const actions = await bed.query('select from mod_actions where category = 2 and subject_id = $1', [id])
    assert.equal(actions.length, 1)
  })

  test('takes no notice of jobs that are not its own', async () => {
    await say({ type: 'job.done', jobId: 'foreign', jobType: 'delete-user', attempt: 1 }, 'foreign')
    await seen('foreign')
    assert.equal(await state(), 'stalled')
  })

  test('is resumed by a retry and does only what is not done', async () => {
    fails = false
    await say({ type: 'retry' }, 'first retry')
    await bed.ended(id)
    assert.deepEqual(await bed.query('select from api_keys where user_id = $1', [id]), [])
    const jobs = await bed.messages('JOB_LOG', '>')
    const ids = jobs
      .filter(({ subject }) => subject.startsWith('job-log.stored.'))
      .map(({ headers }) => /Job-Id: (\S+)/.exec(headers)?.[1]?.replace(/^user-deactivation-\d+-\d+-/, ''))
    assert.deepEqual(ids.sort(), ['favorites-1', 'private-data-1', 'private-data-2', 'settings-1'])
  })
})

describe('a job by hand', () => {
  let bed: Bed
  beforeEach(async () => {
    bed = await makeBed()
    await bed.run()
  })

  test('delete-user does all of it, private favorites too', async (t) => {
    t.after(() => bed[Symbol.asyncDispose]())
    const id = users.gold
    await bed.connection.request('jobs.delete-user', JSON.stringify({ userId: id }))
    await until(async () => {
      const [row] = await bed.query<{ count: number }>(
        'select count(*)::int as count from email_addresses where user_id = $1',
        [id],
      )
      return row?.count === 0
    })
    const [row] = await bed.query(
      `select favorite_count, bit_prefs,
              (select count(*)::int from post_votes where user_id = users.id and not is_deleted) as votes,
              (select count(*)::int from favorites where user_id = users.id) as favorites
         from users where id = $1`,
      [id],
    )
    assert.deepEqual(row, { favorite_count: 0, bit_prefs: '0', votes: 0, favorites: 0 })
  })

  test('about a user who does not exist is discarded with a reason', async (t) => {
    t.after(() => bed[Symbol.asyncDispose]())
    for (const type of ['delete-user', 'delete-favorites']) {
      await bed.connection.request(`jobs.${type}`, JSON.stringify({ userId: 999_999 }))
      const reason = await until(async () => {
        const subject = `$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.${type}`
        const [advisory] = await bed.messages('JOB_LOG', subject)
        return advisory && JSON.parse(advisory.body).reason
      })
      assert.equal(reason, 'record-gone: User #999999 does not exist')
    }
  })
})
