import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { batches, outboxRelay, type RunningServices, scheduler } from '@danbooru-jobs/actors'
import { Operator } from '@danbooru-jobs/actors/operate'
import { createPublisher, type Publisher } from '@danbooru-jobs/contracts'
import { pino } from 'pino'
import { migrateDatabase } from '../../infra/src/migrate.ts'
import { jobHistory } from '../../services/job-history/src/job-history.ts'
import {
  freshDatabase,
  type SpawnedService,
  spawnService,
  startNats,
  type TestDatabase,
  type TestNats,
  until,
} from '../harness/index.ts'
import { jobTypes } from './job-types.ts'
import { unpackPreviousVersion } from './previous-version.ts'
import { daily, runUpgradeServices, type Started } from './work.ts'

/** The jobs that the previous version leaves, in its own names of the states. */
const leftByPrevious = {
  'plain-done': 'done',
  'plain-retrying': 'retrying',
  'plain-running': 'running',
  'plain-discarded': 'discarded',
  'limited-running': 'running',
  'limited-waiting-1': 'scheduled',
  'limited-waiting-2': 'scheduled',
  'rated-done': 'done',
  'rated-waiting': 'scheduled',
  'ordered-running': 'running',
  'ordered-waiting-1': 'scheduled',
  'ordered-waiting-2': 'scheduled',
  'single-running': 'running',
  'unique-running': 'running',
  'one-running': 'running',
  'one-waiting': 'scheduled',
  'order-1': 'done',
  'alice-front': 'done',
  'alice-back': 'running',
} as const

const types = jobTypes('present')

describe('a running system of the version before', () => {
  let nats: TestNats
  let database: TestDatabase
  let previous: SpawnedService
  let present: RunningServices
  let publisher: Publisher
  let operator: Operator
  const startedByPresent: Started[] = []

  const states = async () => {
    const rows = await database.query<{ job_id: string; state: string }>(
      'select job_id, state from jobs.history',
    )
    return new Map(rows.map(({ job_id, state }) => [job_id, state]))
  }
  const differing = async (expected: Readonly<Record<string, string>>) => {
    const found = await states()
    return Object.entries(expected).flatMap(([id, state]) =>
      found.get(id) === state ? [] : [`${id} is ${found.get(id)}, not ${state}`],
    )
  }
  const statesAre = (expected: Readonly<Record<string, string>>) =>
    until(async () => (await differing(expected)).length === 0).catch(async () =>
      assert.deepEqual(await differing(expected), [], previous.output()),
    )
  const startsOf = (id: string): Started[] => [
    ...(previous.logs as readonly unknown[] as Started[]).filter(({ started }) => started === id),
    ...startedByPresent.filter(({ started }) => started === id),
  ]

  before(async () => {
    nats = await startNats()
    database = await freshDatabase()
    await database.query('drop schema jobs cascade')
    await database.query('create table public.upgrade_running (type text, key text, primary key (type, key))')
    previous = spawnService(await unpackPreviousVersion(), {
      NATS_URL: nats.url,
      DATABASE_URL: database.url,
      ACK_WAIT_SECONDS: '2',
      MAX_THREADS: '50',
    })
    await previous.waitForLog((line) => line.ready === 'previous', { what: 'that it enqueued its jobs' })
  })
  after(async () => {
    await present?.stop()
    await previous?.[Symbol.asyncDispose]()
    await nats?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  test('has jobs in every state', async () => {
    await statesAre(leftByPrevious)
  })

  test('is migrated while it runs, and goes on', async () => {
    const { jobs } = await migrateDatabase(database.url)
    assert.ok(jobs.migrations.includes('010-waiting-state.sql'))
    await statesAre({
      'limited-waiting-1': 'waiting',
      'ordered-waiting-2': 'waiting',
      'rated-waiting': 'waiting',
    })
    previous.signal('SIGUSR2')
    await statesAre({ 'plain-after-migration': 'done' })
  })

  test('shares its work with the present version', async () => {
    present = await runUpgradeServices(
      'present',
      [batches, outboxRelay, jobHistory, scheduler('up-schedules', [daily('present')])],
      (started) => startedByPresent.push(started),
      {
        settings: { natsUrl: nats.url, databaseUrl: database.url, ackWait: 2_000, maxThreads: 50 },
        log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
        handleSignals: false,
      },
    )
    const { runtime } = present
    operator = new Operator({ ...runtime, database: runtime.database(), by: 'test' })
    publisher = createPublisher(runtime.nats)
    for (let n = 0; n < 20; n++) {
      await publisher.enqueue(types.limited, { key: 'both' }, { id: `limited-both-present-${n}` })
    }
    const all = Array.from({ length: 20 }, (_, n) => [
      `limited-both-previous-${n}`,
      `limited-both-present-${n}`,
    ])
    await statesAre(Object.fromEntries(all.flat().map((id) => [id, 'done'])))
    for (const id of all.flat()) assert.equal(startsOf(id).length, 1, id)
  })

  test('keeps its unique keys', async () => {
    const again = await publisher.enqueue(types.unique, { key: 'a' })
    assert.equal(again.status, 'already-queued')
    assert.equal((await publisher.enqueue(types.oneAndOne, { key: 'a' })).status, 'already-queued')
  })

  test('is killed, and every job of it ends in the present version', async () => {
    await previous.kill9()
    await database.query(
      `insert into jobs.outbox (subject, headers, body)
       values ('jobs.up-plain', '{"Nats-Msg-Id": "plain-outbox"}', '{"before": "hold"}')`,
    )
    for (const id of ['plain-scheduled', 'plain-retrying', 'one-waiting']) {
      assert.equal((await operator.jobs.runNow(id)).kind, 'started', id)
    }
    await operator.jobs.retry('plain-discarded')
    const [waiting] = await operator.waiting({ jobTypes: ['up-rated'] })
    assert.equal(waiting?.jobId, 'rated-waiting')
    const ids = [
      ...Object.keys(leftByPrevious).filter((id) => id !== 'rated-waiting'),
      ...['plain-scheduled', 'plain-due', 'plain-outbox', 'single-queued-1', 'single-queued-2'],
      'alice-bind',
    ]
    await statesAre(Object.fromEntries(ids.map((id) => [id, 'done'])))
  })

  test('ran nothing twice that had ended, and counted the attempts of both versions', async () => {
    const attempts = (id: string) => startsOf(id).map(({ version, attempt }) => `${version} ${attempt}`)
    const expected: Record<string, string[]> = {
      'plain-done': ['previous 1'],
      'plain-after-migration': ['previous 1'],
      'rated-done': ['previous 1'],
      'order-1': ['previous 1'],
      'alice-front': ['previous 1'],
      'plain-retrying': ['previous 1', 'present 2'],
      'plain-running': ['previous 1', 'present 2'],
      'limited-running': ['previous 1', 'present 2'],
      'ordered-running': ['previous 1', 'present 2'],
      'single-running': ['previous 1', 'present 2'],
      'unique-running': ['previous 1', 'present 2'],
      'one-running': ['previous 1', 'present 2'],
      'alice-back': ['previous 1', 'present 2'],
      'plain-discarded': ['previous 1', 'present 1'],
      'plain-scheduled': ['present 1'],
      'plain-outbox': ['present 1'],
      'limited-waiting-1': ['present 1'],
      'limited-waiting-2': ['present 1'],
      'ordered-waiting-1': ['present 1'],
      'ordered-waiting-2': ['present 1'],
      'single-queued-1': ['present 1'],
      'single-queued-2': ['present 1'],
      'one-waiting': ['present 1'],
      'alice-bind': ['present 1'],
    }
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((id) => [id, attempts(id)])), expected)
    assert.equal(startsOf('plain-due').length, 1)
    const inOrder = startedByPresent.filter(({ type }) => type === 'up-ordered').map(({ started }) => started)
    assert.deepEqual(inOrder, ['ordered-running', 'ordered-waiting-1', 'ordered-waiting-2'])
  })

  test('completes its batch and its lifecycle once, and has its schedule once', async () => {
    const { batch } = await operator.batches.show('up-batch')
    assert.deepEqual([batch.total, batch.done, batch.discarded], [2, 2, 0])
    const reports = await until(async () => {
      const { jobs } = await operator.jobs.list({ types: ['up-report'] })
      return jobs.length > 0 && jobs.every(({ state }) => state === 'done') && jobs
    })
    assert.equal(reports.length, 1)
    const [book] = await database.query("select status, state from jobs.lifecycles where key = 'alice'")
    assert.deepEqual(book, { status: 'done', state: 'bound' })
    const { jsm } = present.runtime
    const events = await jsm.streams.info('EVENTS', { subjects_filter: 'events.upgrade.>' })
    assert.deepEqual(events.state.subjects, { 'events.upgrade.book-bound': 1 })
    const schedules = (await operator.schedules.list()).filter(({ set }) => set === 'up-schedules')
    assert.deepEqual(
      schedules.map(({ name, isOnServer }) => [name, isOnServer]),
      [['up-digest', true]],
    )
  })

  test('leaves nothing behind but the job whose rate is used up', async () => {
    const { jsm } = present.runtime
    const left = async () => {
      const { state } = await jsm.streams.info('JOBS', { subjects_filter: '>' })
      return Object.keys(state.subjects ?? {})
    }
    const onlyParked = ['schedules.up-rated.rated-waiting']
    await until(async () => isDeepStrictEqual(await left(), onlyParked)).catch(async () =>
      assert.deepEqual(await left(), onlyParked),
    )
    for (const table of ['outbox', 'limit_slots', 'limit_lanes']) {
      assert.deepEqual(await database.query(`select * from jobs.${table}`), [], table)
    }
    const parked = await database.query('select job_id from jobs.limit_parked')
    assert.deepEqual(parked, [{ job_id: 'rated-waiting' }])
  })
})
