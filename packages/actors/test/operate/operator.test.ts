import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { defineSchedule, discard, done, openBatch, worker } from '@danbooru-jobs/actors'
import { reconcileSchedules } from '@danbooru-jobs/actors/internal'
import {
  Operator,
  StreamMissingError,
  UnknownBatchError,
  UnknownJobError,
  UnknownLifecycleError,
  UnknownQueueError,
  UnknownScheduleError,
} from '@danbooru-jobs/actors/operate'
import { type Database, openDatabase, systemClock } from '@danbooru-jobs/actors/program'
import { defineJob, job } from '@danbooru-jobs/contracts'
import { jobHeader, subjectToken } from '@danbooru-jobs/contracts/wire'
import { jobHistory } from '@danbooru-jobs/job-history'
import { z } from 'zod'
import { freshDatabase, until } from '../../../../test/harness/index.ts'
import { openScheduleSet } from '../../src/schedule/schedule-set.ts'
import { type Bed, makeBed } from '../harness.ts'

const payload = z.object({ n: z.number().default(0) })
const mail = defineJob({ name: 'operated-mail', title: 'Mail', payload })
const slow = defineJob({ name: 'operated-slow', title: 'Slow', payload })

let bed: Bed
let database: Database
let operator: Operator
let started = 0
before(async () => {
  bed = await makeBed()
  const settings = { url: bed.database.url, poolSize: 4, name: 'test' }
  database = await openDatabase(settings, { entities: [] }, systemClock, randomUUID)
  const { connection: nats, js, jsm } = bed
  operator = new Operator({
    nats,
    js,
    jsm,
    database,
    clock: systemClock,
    by: 'albert',
    declaredTypes: ['mail'],
  })
})
after(async () => {
  await database.close()
  await bed[Symbol.asyncDispose]()
})

const actions = async () => (await operator.audit.list()).map(({ action }) => action)
const outbox = () =>
  bed.database.query<{ subject: string; body: string }>('select subject, body from jobs.outbox')

test('without a stream there are no queues', async () => {
  await assert.rejects(operator.queues.overview(), StreamMissingError)
  await assert.rejects(operator.queues.pause('anything'), UnknownQueueError)
})

describe('with services', () => {
  before(async () => {
    await bed.run([
      jobHistory,
      worker(mail, async ({ n }) => (n === 1 ? discard('no mail server') : done())),
      worker(slow, async (_, { signal }) => {
        started++
        await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        return done()
      }),
    ])
  })

  test('a name that does not exist is an error of its own class, and nothing is recorded', async () => {
    const nothing = { set: 'nothing', name: 'at-all' }
    const lifecycle = { machine: 'nothing', key: '1' }
    const rows: readonly [act: () => Promise<unknown>, error: new (...args: never) => Error, code: string][] =
      [
        [() => operator.jobs.show('nothing'), UnknownJobError, 'job-unknown'],
        [() => operator.jobs.cancel('nothing'), UnknownJobError, 'job-unknown'],
        [() => operator.jobs.runNow('nothing'), UnknownJobError, 'job-unknown'],
        [() => operator.jobs.retry('nothing'), UnknownJobError, 'job-unknown'],
        [() => operator.jobs.delete('nothing'), UnknownJobError, 'job-unknown'],
        [() => operator.queues.pause('nothing'), UnknownQueueError, 'queue-unknown'],
        [() => operator.queues.resume('nothing'), UnknownQueueError, 'queue-unknown'],
        [() => operator.queues.drain('nothing'), UnknownQueueError, 'queue-unknown'],
        [() => operator.queues.purge('nothing'), UnknownQueueError, 'queue-unknown'],
        [() => operator.schedules.pause(nothing), UnknownScheduleError, 'schedule-unknown'],
        [() => operator.schedules.resume(nothing), UnknownScheduleError, 'schedule-unknown'],
        [() => operator.schedules.runNow(nothing), UnknownScheduleError, 'schedule-unknown'],
        [() => operator.lifecycles.show(lifecycle), UnknownLifecycleError, 'lifecycle-unknown'],
        [() => operator.lifecycles.course(lifecycle), UnknownLifecycleError, 'lifecycle-unknown'],
        [() => operator.lifecycles.retry(lifecycle), UnknownLifecycleError, 'lifecycle-unknown'],
        [() => operator.batches.show('nothing'), UnknownBatchError, 'batch-unknown'],
      ]
    for (const [act, error, code] of rows) {
      await assert.rejects(
        act,
        (thrown) => thrown instanceof error && 'code' in thrown && thrown.code === code,
      )
    }
    assert.deepEqual(await actions(), [])
  })

  test('a job is shown, cancelled and run, and what was done is recorded with who did it', async () => {
    const inState = (id: string, state: string) =>
      until(async () => (await operator.jobs.list({ jobIds: [id] })).jobs[0]?.state === state, {
        what: state,
      })
    const discarded = await bed.enqueue(mail, { n: 1 })
    const later = await bed.enqueue(mail, {}, { delay: '1h' })
    const running = await bed.enqueue(slow, {})
    await inState(discarded, 'discarded')
    await inState(later, 'scheduled')
    await until(() => started === 1)
    await inState(running, 'running')

    assert.equal((await operator.jobs.show(discarded)).job.reason, 'discarded: no mail server')
    assert.deepEqual(await operator.jobs.cancel(discarded), { kind: 'not-found', state: 'discarded' })
    assert.deepEqual(await operator.jobs.runNow(discarded), { kind: 'not-found', state: 'discarded' })
    assert.deepEqual(await operator.jobs.delete(discarded), { kind: 'not-found', state: 'discarded' })
    assert.deepEqual(await operator.jobs.retry(later), { kind: 'not-redrivable', state: 'scheduled' })
    assert.equal((await operator.jobs.runNow(running)).kind, 'running')
    assert.deepEqual(await actions(), [])

    assert.equal((await operator.jobs.cancel(running, 'takes too long')).kind, 'aborting')
    assert.equal((await operator.jobs.runNow(later)).kind, 'started')
    assert.deepEqual(await operator.as('evazion').jobs.retry(discarded), { kind: 'restarted' })
    await inState(running, 'cancelled')
    await inState(later, 'done')
    assert.deepEqual(
      (await operator.audit.list()).map(({ by, action, details }) => [by, action, details]),
      [
        [
          'evazion',
          'jobs.redrive',
          { filter: { jobIds: [discarded], states: ['discarded'] }, jobs: [discarded] },
        ],
        ['albert', 'job.run-now', { job: later, type: mail.name }],
        ['albert', 'job.cancel', { job: running, type: slow.name }],
      ],
    )
    assert.equal(await operator.jobs.count({ types: [mail.name] }), 2)
  })

  test('a queue is paused, purged and resumed; the overview has the declared, the consumed and the unknown', async () => {
    await operator.queues.pause(mail.name)
    for (let n = 0; n < 3; n++) await bed.enqueue(mail, {})
    await bed.enqueue(defineJob({ name: 'operated-unknown', title: 'Unknown', payload }), {})
    const before = await operator.queues.overview()
    assert.deepEqual(
      before.map(({ type, isDeclared, hasConsumer, isPaused, jobs }) => [
        type,
        ...[isDeclared, hasConsumer, isPaused, jobs.queued],
      ]),
      [
        ['mail', true, false, false, 0],
        [mail.name, false, true, true, 3],
        [slow.name, false, true, false, 0],
        ['operated-unknown', false, false, false, 1],
      ],
    )
    assert.equal(await operator.queues.purge(mail.name), 3)
    await operator.queues.resume(mail.name)
    await operator.queues.drain(mail.name)
    await operator.queues.resume(mail.name)
    assert.deepEqual((await actions()).slice(0, 5), [
      'queue.resume',
      'queue.drain',
      'queue.resume',
      'queue.purge',
      'queue.pause',
    ])
  })

  test('the services that run are found with their numbers', async () => {
    const services = await operator.services()
    const found = services.find(({ name }) => name === mail.name)
    assert.deepEqual([found?.kind, found?.description, found?.endpoints.length], ['worker', 'Mail', 1])
    assert.ok(found?.host && found.startedAt && found.endpoints[0] && found.endpoints[0].requests >= 2)
    assert.ok(services.some(({ name, kind }) => name === 'job-history' && kind === 'daemon'))
  })
})

describe('a schedule of a service that does not run', () => {
  const everyYear = '0 0 0 1 1 *'
  const digest = defineJob({
    name: 'operated-digest',
    title: 'Digest',
    payload: z.object({ of: z.string().default('posts') }),
    delivery: { unique: { mode: 'while-queued-or-running', key: ({ of }) => of } },
  })
  const schedule = defineSchedule({ job: digest, payload: {}, cron: everyYear })
  const reference = { set: 'elsewhere', name: schedule.name }
  const named = async () => (await operator.schedules.list()).find(({ set }) => set === reference.set)
  before(async () => {
    const { connection: nats, jsm } = bed
    await reconcileSchedules(openScheduleSet('elsewhere', { nats, jsm, database, clock: systemClock }), [
      schedule,
    ])
  })

  test('is run from its row, under its unique key, once', async () => {
    assert.equal((await operator.schedules.runNow(reference)).status, 'accepted')
    assert.equal((await operator.schedules.runNow(reference)).status, 'already-queued')
    const message = await bed.jsm.streams.getMessage('JOBS', { last_by_subj: 'jobs.operated-digest.posts' })
    assert.equal(message?.string(), '{}')
    assert.equal(message?.header.get(jobHeader.actor), 'schedule:elsewhere.operated-digest')
    assert.deepEqual((await operator.audit.list(1))[0]?.details, {
      set: 'elsewhere',
      schedule: 'operated-digest',
    })
  })

  test('is paused and resumed, on the server too', async () => {
    await operator.schedules.pause(reference)
    const paused = await named()
    assert.deepEqual([paused?.isOnServer, paused?.nextDueAt], [false, undefined])
    assert.ok(paused?.pausedAt)
    assert.deepEqual(await operator.schedules.resume(reference), { kind: 'settled', runs: [], missed: 0 })
    const resumed = await named()
    assert.deepEqual([resumed?.isOnServer, resumed?.pausedAt], [true, undefined])
    assert.ok(resumed?.nextDueAt)
  })

  test('whose row is of an older version is resumed, and not run before its service has started', async () => {
    await bed.database.query(`update jobs.schedules set declaration = declaration - 'jobType'`)
    assert.deepEqual(await operator.schedules.runNow(reference), { status: 'outdated' })
    await operator.schedules.pause(reference)
    assert.deepEqual(await operator.schedules.resume(reference), { kind: 'later' })
  })

  test('nothing is recorded of an action that fails, and nothing is done that cannot be recorded', async () => {
    const before = (await operator.audit.list()).length
    await bed.database.query('alter table jobs.audit add constraint full_disk check (false) not valid')
    await assert.rejects(operator.schedules.pause(reference), /full_disk/)
    assert.equal((await named())?.pausedAt, undefined)
    await bed.database.query('alter table jobs.audit drop constraint full_disk')
    assert.equal((await operator.audit.list()).length, before)
  })
})

describe('lifecycles and batches, with the database alone', () => {
  test('a lifecycle is found by its key as text, and as the list shows it', async () => {
    const listed = subjectToken('two words')
    await bed.database.query(
      `insert into jobs.lifecycles (machine, key, version, definition, state, snapshot, status, tags, created_at, updated_at)
        values ('keyed', $1, 1, 1, '"waiting"', '{}', 'active', '{stalled}', now(), now())`,
      [listed],
    )
    for (const key of ['two words', listed]) {
      assert.equal((await operator.lifecycles.show({ machine: 'keyed', key })).key, listed)
      assert.equal((await operator.lifecycles.retry({ machine: 'keyed', key })).kind, 'sent')
    }
    await bed.database.query("delete from jobs.lifecycles where machine = 'keyed'")
  })

  test('a stalled lifecycle gets its retry through the outbox, once, with the audit record', async () => {
    await bed.database.query(
      `insert into jobs.lifecycles (machine, key, version, definition, state, snapshot, status, tags, created_at, updated_at)
        values ('parent', '7', 3, 1, '"waiting"', '{}', 'active', '{stalled}', now(), now()),
          ('parent', '8', 1, 1, '{"a":"b"}', '{}', 'active', '{}', now(), now() - interval '1 minute')`,
    )
    const all = await operator.lifecycles.list({ machine: 'parent' })
    assert.deepEqual(
      all.map(({ key, isStalled }) => [key, isStalled]),
      [
        ['7', true],
        ['8', false],
      ],
    )
    assert.equal((await operator.lifecycles.list({ isStalled: true })).length, 1)
    const lifecycle = { machine: 'parent', key: '7' }
    const sent = await Promise.all([
      operator.lifecycles.retry(lifecycle),
      operator.lifecycles.retry(lifecycle),
    ])
    assert.deepEqual(sent, [{ kind: 'sent' }, { kind: 'sent' }])
    const ids = await bed.database.query<{ id: string }>(
      `select headers->>'Nats-Msg-Id' as id from jobs.outbox where subject = 'lifecycles.parent.7'`,
    )
    assert.deepEqual(
      ids.map(({ id }) => id),
      ['retry:parent:7:3', 'retry:parent:7:3'],
    )
    assert.deepEqual((await operator.audit.list(1))[0]?.details, lifecycle)
    assert.deepEqual(await operator.lifecycles.retry({ machine: 'parent', key: '8' }), {
      kind: 'not-stalled',
      state: { a: 'b' },
    })
  })

  test('a batch is listed, and shown with the jobs that have not ended', async () => {
    const ids = await database.transaction(async (em, box) => {
      const batch = await openBatch(
        { em, outbox: box, clock: systemClock, newId: randomUUID },
        { id: 'many' },
      )
      return batch.add([job(mail, { n: 5 }), job(mail, { n: 6 })])
    })
    const [listed] = await operator.batches.list({ isOpen: true })
    assert.deepEqual(
      [listed?.id, listed?.total, listed?.sealed, listed?.completedAt],
      ['many', 2, false, undefined],
    )
    assert.deepEqual(await operator.batches.list({ isOpen: false }), [])
    const { batch, openJobs } = await operator.batches.show('many')
    assert.equal(batch.id, 'many')
    assert.deepEqual(
      openJobs.map(({ id, state }) => [id, state]),
      ids.toSorted().map((id) => [id, null]),
    )
    assert.equal((await operator.batches.show('many', 1)).openJobs.length, 1)
    assert.ok((await outbox()).some(({ subject }) => subject === `jobs.${mail.name}`))
  })
})

test('without a database nothing is done', async () => {
  const other = await freshDatabase()
  const settings = { url: other.url, poolSize: 1, name: 'test' }
  const gone = await openDatabase(settings, { entities: [] }, systemClock, randomUUID)
  await gone.close()
  await other[Symbol.asyncDispose]()
  const { connection: nats, js, jsm } = bed
  const blind = new Operator({ nats, js, jsm, database: gone, clock: systemClock, by: 'albert' })
  await assert.rejects(blind.queues.pause(slow.name))
  assert.equal((await bed.jsm.consumers.info('JOBS', slow.name)).paused, undefined)
})
