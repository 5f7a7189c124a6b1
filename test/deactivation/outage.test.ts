import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededAccounts as users } from '@danbooru-jobs/booru'
import { connect } from '@nats-io/transport-node'
import { spawnService, startDatabaseServer, startNats, until } from '../harness/index.ts'
import { eventsOf } from './accounts.ts'
import { askRaw, lifecycleEnded, seedDatabase } from './bed.ts'
import { makeLarge, miscounted } from './large-account.ts'

const favorites = 100_000
const patience = { timeout: 240_000 }

test('deleting 100,000 favorites survives nats-server, PostgreSQL and the services being killed', async () => {
  await using nats = await startNats()
  await using database = await startDatabaseServer()
  await seedDatabase(database.url)
  await makeLarge(database.query, { userId: users.gold, favorites })
  const env = { NATS_URL: nats.url, DATABASE_URL: database.url, ACK_WAIT_SECONDS: '2' }
  await using connection = await connected(nats.url)
  const start = async () => {
    const service = spawnService('test/deactivation/service-entry.ts', env)
    await service.waitForLog(({ msg }) => msg === 'services started', patience)
    return service
  }
  const left = async () => {
    const [row] = await database.query<{ favorite_count: number }>(
      'select favorite_count from users where id = $1',
      [users.gold],
    )
    return row?.favorite_count ?? -1
  }
  const below = (share: number) =>
    until(async () => (await left()) <= share * favorites, { ...patience, what: `${share} of the favorites` })

  await using first = await start()
  const request = { userId: users.gold, deleterId: users.owner }
  assert.equal((await askRaw(connection.to, request)).status, 'accepted')

  await below(0.85)
  assert.ok((await left()) > 0)
  await nats.kill9()
  await nats.restart()

  await below(0.6)
  assert.ok((await left()) > 0)
  await database.kill9()
  await database.restart()

  await below(0.3)
  assert.ok((await left()) > 0)
  await first.kill9()
  await using second = await start()

  await lifecycleEnded(database.query, users.gold, patience)
  await until(async () => (await database.query('select from jobs.outbox')).length === 0)
  assert.equal(await miscounted(database.query), 0)
  const [end] = await database.query(
    `select (select count(*)::int from favorites where user_id = $1) as favorites,
            (select count(*)::int from post_votes where user_id = $1 and not is_deleted) as votes,
            (select count(*)::int from user_name_change_requests where user_id = $1) as renames,
            (select count(*)::int from mod_actions where category = 2 and subject_id = $1) as actions,
            (select count(*)::int from user_events where category = 300 and user_id = $1) as events`,
    [users.gold],
  )
  assert.deepEqual(end, { favorites: 0, votes: 0, renames: 1, actions: 1, events: 1 })
  assert.deepEqual(await eventsOf(connection.to, users.gold), [
    'events.mod-action.user_delete',
    'events.user.deactivated',
  ])
  assert.equal((await second.terminate()).code, 0)
})

async function connected(url: string) {
  const to = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 100 })
  return { to, [Symbol.asyncDispose]: () => to.close() }
}
