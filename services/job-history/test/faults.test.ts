import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cancel, discard, done, retry, runServices, worker } from '@danbooru-jobs/actors'
import type { JobState } from '@danbooru-jobs/contracts'
import { createPublisher, defineJob, job } from '@danbooru-jobs/contracts'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { pino } from 'pino'
import { z } from 'zod'
import { killer } from '../../../packages/actors/test/crashing-service.ts'
import { makeBed } from '../../../packages/actors/test/harness.ts'
import {
  spawnService,
  startDatabaseServer,
  startNats,
  type TestDatabase,
  type TestDatabaseServer,
  type TestNats,
  until,
} from '../../../test/harness/index.ts'
import { jobHistory } from '../src/job-history.ts'
import { historyOf, jobOf } from './bed.ts'

const main = 'services/job-history/src/main.ts'
const type = defineJob({
  name: 'mixed',
  title: 'Ends in every way',
  payload: z.object({ n: z.number() }),
  delivery: { attempts: 3, backOff: { kind: 'list', delays: [20] } },
})

/** What becomes of the n-th job; what the history must show. */
function endOf(n: number): 'done' | 'discarded' | 'cancelled' {
  if (n % 100 === 1) return 'discarded'
  return n % 100 === 2 ? 'cancelled' : 'done'
}

/** Jobs whose first attempt has failed, by id. */
const failures: string[] = []

const mixed = worker(type, async ({ n }, job) => {
  if (endOf(n) === 'discarded') return discard('discarded: as it should be')
  if (endOf(n) === 'cancelled') return cancel('as it should be')
  if (n % 100 !== 3 || job.attempt > 1) return done()
  failures.push(job.id)
  return retry('once more')
})

type Query = TestDatabase['query']

/** Every job of the run with the state in which the history has it, as soon as all have ended. */
async function accounted(query: Query, jobs: number): Promise<ReadonlyMap<number, readonly JobState[]>> {
  await until(
    async () => {
      const [row] = await query<{ n: number }>(
        "select count(*)::integer as n from jobs.history where type = 'mixed' and ended_at < 'infinity'",
      )
      return row !== undefined && row.n >= jobs
    },
    { timeout: 300_000, what: `${jobs} jobs to end` },
  )
  const rows = await query<{ n: number; state: JobState }>(
    "select (payload->>'n')::integer as n, state from jobs.history where type = 'mixed'",
  )
  return new Map(
    [...Map.groupBy(rows, ({ n }) => n)].map(([n, found]) => [n, found.map(({ state }) => state)]),
  )
}

function truth(jobs: number): ReadonlyMap<number, readonly JobState[]> {
  return new Map(Array.from({ length: jobs }, (_, n) => [n, [endOf(n)]]))
}

async function countersAgree(query: Query): Promise<void> {
  const rows = await query(
    "select state, count(*)::integer as n from jobs.history where type = 'mixed' group by 1 order by 1",
  )
  const counters = await query(
    "select state, sum(count)::integer as n from jobs.history_counts where type = 'mixed' group by 1 having sum(count) <> 0 order by 1",
  )
  assert.deepEqual(counters, rows)
}

function* requests(jobs: number) {
  for (let n = 0; n < jobs; n++) yield job(type, { n })
}

test('20,000 jobs are all accounted for, while job-history is killed again and again', async () => {
  await using bed = await makeBed()
  await bed.run([mixed], { maxThreads: 50 })
  const env = { NATS_URL: bed.nats.url, DATABASE_URL: bed.database.url, LOG_LEVEL: 'info' }
  const jobs = 20_000
  const enqueued = createPublisher(bed.connection).enqueueMany(requests(jobs))
  const written = async () => {
    const [row] = await bed.database.query<{ n: number }>('select count(*)::integer as n from jobs.history')
    return row?.n ?? 0
  }
  for (let kill = 0; kill < 3; kill++) {
    const service = spawnService(main, env)
    await service.waitForLog(({ msg }) => msg === 'this process writes the history')
    const before = await written()
    await until(async () => (await written()) > before, { what: 'something to be written' })
    await service.kill9()
  }
  await using _service = spawnService(main, env)
  await enqueued
  assert.deepEqual(await accounted(bed.database.query, jobs), truth(jobs))
  await countersAgree(bed.database.query)
  const attempts = await bed.database.query<{ job_id: string }>(
    "select job_id from jobs.history_attempts where error_message = 'once more' order by 1",
  )
  assert.deepEqual(
    attempts.map(({ job_id }) => job_id),
    failures.toSorted(),
  )
})

test('a job that takes its worker down: its crashes are attempts, and it ends as a dead letter', async () => {
  await using bed = await makeBed()
  await bed.run([jobHistory])
  const spawn = () =>
    spawnService('packages/actors/test/crashing-service.ts', {
      NATS_URL: bed.nats.url,
      ACK_WAIT_SECONDS: '1',
    })
  let service = spawn()
  await service.waitForLog(({ msg }) => msg === 'services started')
  const id = await bed.enqueue(killer, {})
  for (let crash = 1; crash <= 3; crash++) {
    await service.exited
    service = spawn()
  }
  const history = historyOf(bed)
  const job = await jobOf(history, id, ({ state }) => state === 'discarded')
  await service.kill9()
  assert.match(job.reason ?? '', /^crashed: the job took its worker down 3 times in a row/)
  assert.equal(job.attempts, 4)
  const attempts = await history.attempts(id)
  assert.deepEqual(
    attempts.map(({ attempt, errorCode }) => [attempt, errorCode]),
    [
      [1, 'crashed'],
      [2, 'crashed'],
    ],
  )
})

test('of two processes one writes, and the other takes over when it is gone', async () => {
  await using bed = await makeBed()
  const env = { NATS_URL: bed.nats.url, DATABASE_URL: bed.database.url }
  await using first = spawnService(main, env)
  await first.waitForLog(({ msg }) => msg === 'this process writes the history')
  await using second = spawnService(main, env)
  await second.waitForLog(({ msg }) => msg === 'services started')
  const history = historyOf(bed)
  const { seq } = await bed.js.publish('jobs.unknown', '{}')
  await jobOf(history, `JOBS-${seq}`, ({ state }) => state === 'queued')
  await first.kill9()
  await second.waitForLog(({ msg }) => msg === 'this process writes the history')
  const { seq: later } = await bed.js.publish('jobs.unknown', '{}')
  await jobOf(history, `JOBS-${later}`, ({ state }) => state === 'queued')
})

describe('a server that is killed', () => {
  let nats: TestNats
  let database: TestDatabaseServer
  before(async () => {
    nats = await startNats()
    database = await startDatabaseServer()
  })
  after(async () => {
    await nats[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  const jobs = 5_000
  const begin = async () => {
    const services = await runServices([jobHistory, mixed], {
      database: { entities: [] },
      settings: { natsUrl: nats.url, databaseUrl: database.url, maxThreads: 50 },
      log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
      handleSignals: false,
    })
    const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 })
    await createPublisher(connection).enqueueMany(requests(jobs))
    return { services, connection }
  }
  const some = () =>
    until(async () => (await database.query('select 1 from jobs.history limit 1')).length > 0)

  test('PostgreSQL: nothing is lost and nothing is there twice', async () => {
    const { services, connection } = await begin()
    await some()
    await database.kill9()
    await database.restart()
    assert.deepEqual(await accounted(database.query, jobs), truth(jobs))
    await countersAgree(database.query)
    await services.stop()
    await connection.close()
  })

  test('nats-server: every job is there once, and each ends', async () => {
    await database.query('truncate jobs.history, jobs.history_counts')
    const { services, connection } = await begin()
    await some()
    await nats.kill9()
    await nats.restart()
    const found = await accounted(database.query, jobs)
    assert.equal(found.size, jobs)
    for (const [n, states] of found) {
      // The server reports an end once, and may have been killed before the log had it.
      assert.ok(states.length === 1 && (states[0] === endOf(n) || states[0] === 'lost'), `${n}: ${states}`)
    }
    const manager = await jetstreamManager(connection)
    await until(async () => (await manager.streams.info('JOBS')).state.messages === 0)
    await countersAgree(database.query)
    await services.stop()
    await connection.close()
  })
})
