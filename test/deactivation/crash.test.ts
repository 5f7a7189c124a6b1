import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seededAccounts as users } from '@danbooru-jobs/booru'
import { streamName } from '@danbooru-jobs/contracts/wire'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import {
  freshDatabase,
  type LogLine,
  type SpawnedService,
  spawnService,
  startNats,
  type TestDatabase,
  until,
} from '../harness/index.ts'
import { makeSmallAccount, normalized } from './accounts.ts'
import { askRaw, lifecycleEnded, seedDatabase } from './bed.ts'
import { miscounted } from './large-account.ts'

/** How many processes crash side by side, each with servers of its own. */
const lanes = 4

/** Enough for a machine that has other things to do. */
const patience = { timeout: 120_000 }

/** Servers, and a process after the other that does the work. */
interface Lane {
  readonly database: TestDatabase
  readonly connection: NatsConnection
  start(): Promise<SpawnedService>
}

async function startLane(stack: AsyncDisposableStack): Promise<Lane> {
  const nats = stack.use(await startNats())
  const database = stack.use(await freshDatabase())
  await seedDatabase(database.url)
  const connection = await connect({ servers: nats.url })
  stack.defer(() => connection.close())
  const env = {
    NATS_URL: nats.url,
    DATABASE_URL: database.url,
    ACK_WAIT_SECONDS: '3',
  }
  return {
    database,
    connection,
    async start() {
      const service = stack.use(spawnService('test/deactivation/crash-entry.ts', env))
      await service.waitForLog(({ msg }) => msg === 'can be armed', patience)
      return service
    },
  }
}

/** Asks for a deactivation; the same request each time, as a client sends it again that got no answer. */
async function ask({ connection }: Lane, userId: number): Promise<void> {
  const reply = await askRaw(connection, { userId, deleterId: users.owner }, `deactivate ${userId}`)
  const lifecycle = { machine: 'user-deactivation', key: String(userId) }
  assert.deepEqual(reply, { status: 'accepted', lifecycle })
}

async function quiet({ database, connection }: Lane, userId: number): Promise<void> {
  await lifecycleEnded(database.query, userId, patience)
  const manager = await jetstreamManager(connection)
  await until(async () => {
    const waiting = await database.query('select from jobs.outbox')
    const { state: jobs } = await manager.streams.info(streamName.jobs)
    const { state: news } = await manager.streams.info(streamName.lifecycles)
    return waiting.length + jobs.messages + news.messages === 0
  })
}

/**
 * Deactivates one account; the process is killed at the n-th boundary and another takes over.
 *
 * @returns the process that took over; undefined if there were fewer boundaries.
 */
async function crashAt(
  lane: Lane,
  service: SpawnedService,
  n: number,
  userId: number,
): Promise<SpawnedService | undefined> {
  await makeSmallAccount(lane.database.query, userId)
  await lane.connection.request('test.arm', String(n))
  const done = ask(lane, userId)
    .then(() => quiet(lane, userId))
    .catch((error: unknown) => {
      throw new Error(`boundary ${n}: the service wrote\n${service.output()}`, { cause: error })
    })
  const survived = await Promise.race([service.exited.then(() => false), done.then(() => true)])
  if (survived) return undefined
  const heir = await lane.start()
  await ask(lane, userId)
  await quiet(lane, userId)
  return heir
}

/** Id of the first account; the others follow. */
const account = 70_000
/** More boundaries than there are. */
const never = 1_000_000

describe('a process killed at a boundary of a deactivation', { concurrency: lanes }, () => {
  for (let first = 1; first <= lanes; first++) {
    test(`leaves no trace, every ${lanes}th boundary from number ${first}`, async (t) => {
      await using stack = new AsyncDisposableStack()
      const lane = await startLane(stack)
      let service: SpawnedService | undefined = await lane.start()
      assert.equal(await crashAt(lane, service, never, account), undefined)
      const undisturbed = await normalized(lane.database.query, lane.connection, account)
      let survived = 0
      for (let n = first; service !== undefined; n += lanes) {
        const heir: SpawnedService | undefined = await crashAt(lane, service, n, account + n)
        const killed: LogLine | undefined = service.logs.find(({ msg }) => msg === 'killed')
        t.diagnostic(`${n}: ${killed?.boundary ?? 'was not reached'}`)
        const state = await normalized(lane.database.query, lane.connection, account + n)
        assert.deepEqual(state, undisturbed, `after being killed at boundary ${n}, ${killed?.boundary}`)
        if (heir !== undefined) survived++
        service = heir
      }
      assert.ok(survived >= 5, `${survived} boundaries`)
      assert.equal(await miscounted(lane.database.query), 0)
    })
  }
})
