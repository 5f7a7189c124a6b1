import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { defineSchedule, done, type Schedule, scheduler, worker } from '@danbooru-jobs/actors'
import { reconcileSchedules, settleDue } from '@danbooru-jobs/actors/internal'
import { UnknownScheduleError } from '@danbooru-jobs/actors/operate'
import { type Clock, openDatabase, systemClock } from '@danbooru-jobs/actors/program'
import { defineMaintenanceJob } from '@danbooru-jobs/contracts/danbooru'
import { jobAddress, jobHeader, queuedSubject, streamName, subjects } from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'
import { until } from '../../../../test/harness/index.ts'
import { listSchedules, pauseSchedule, resumeSchedule, runScheduleNow } from '../../src/schedule/operate.ts'
import { openScheduleSet, type ScheduleSet } from '../../src/schedule/schedule-set.ts'
import { type Bed, makeBed } from '../harness.ts'

const everySecond = '* * * * * *'
const yearly = '0 0 0 1 1 *'

let bed: Bed
let database: Awaited<ReturnType<typeof openDatabase>>
before(async () => {
  bed = await makeBed()
  const settings = { url: bed.database.url, poolSize: 5, name: 'test' }
  database = await openDatabase(settings, { entities: [] }, systemClock, randomUUID)
  await bed.run([])
})
after(async () => {
  await database.close()
  await bed[Symbol.asyncDispose]()
})

let count = 0
/** A set and a job type of a test's own. */
function fresh(clock: Clock = systemClock) {
  count += 1
  const set = openScheduleSet(`set-${count}`, { nats: bed.connection, jsm: bed.jsm, database, clock })
  const job = defineMaintenanceJob({ name: `tidy-${count}`, title: 'Tidies' })
  return { set, job }
}

const stored = async (set: ScheduleSet) => [...(await set.server.stored())]
const listed = async (set: ScheduleSet) =>
  (await listSchedules({ nats: bed.connection, ...set })).filter((status) => status.set === set.name)
const operate = <Result>(
  set: ScheduleSet,
  act: (em: EntityManager, set: ScheduleSet, name: string) => Promise<Result>,
  name: string,
) => database.transaction((em) => act(em, set, name))
const statusOf = async (set: ScheduleSet) => {
  const [status] = await listed(set)
  if (status === undefined) throw new Error('no schedule is stored')
  return status
}
const queued = async (type: string) => {
  const info = await bed.jsm.streams.info(streamName.jobs, { subjects_filter: `jobs.${type}.>` })
  return Object.values(info.state.subjects ?? {}).reduce((sum, many) => sum + many, 0)
}

describe('reconciling', () => {
  test('creates, leaves alone, replaces and removes', async () => {
    const { set, job } = fresh()
    const nightly = defineSchedule({
      name: 'nightly',
      job,
      payload: {},
      cron: '0 0 3 * * *',
      timeZone: 'Asia/Tokyo',
    })
    const monthly = defineSchedule({ name: 'monthly', job, payload: {}, cron: '0 0 0 1 * *' })
    const nothing = { created: [], replaced: [], removed: [], unchanged: [] }
    assert.deepEqual(await reconcileSchedules(set, [nightly, monthly]), {
      ...nothing,
      created: ['nightly', 'monthly'],
    })
    const before = await bed.jsm.streams.info(streamName.schedules)
    assert.deepEqual(await reconcileSchedules(set, [nightly, monthly]), {
      ...nothing,
      unchanged: ['nightly', 'monthly'],
    })
    const again = await bed.jsm.streams.info(streamName.schedules)
    assert.equal(again.state.last_seq, before.state.last_seq, 'nothing is published the second time')

    const moved = defineSchedule({ ...nightly, cron: '0 0 4 * * *', timeZone: 'Asia/Tokyo' })
    assert.deepEqual(await reconcileSchedules(set, [moved]), {
      ...nothing,
      replaced: ['nightly'],
      removed: ['monthly'],
    })
    assert.deepEqual(await stored(set), [
      [subjects.cron(set.name, 'nightly'), { cron: '0 0 4 * * *', timeZone: 'Asia/Tokyo' }],
    ])
  })

  test('leaves the schedules of others alone', async () => {
    const { set, job } = fresh()
    const other = fresh()
    await reconcileSchedules(other.set, [defineSchedule({ job: other.job, payload: {}, cron: yearly })])
    await reconcileSchedules(set, [defineSchedule({ job, payload: {}, cron: yearly })])
    await reconcileSchedules(set, [])
    assert.equal((await stored(other.set)).length, 1)
    assert.equal((await listed(other.set)).length, 1)
    assert.deepEqual(await stored(set), [])
  })

  test('restores a schedule that was removed from the server', async () => {
    const { set, job } = fresh()
    const schedule = defineSchedule({ job, payload: {}, cron: yearly })
    await reconcileSchedules(set, [schedule])
    await bed.jsm.streams.purge(streamName.schedules, { filter: subjects.cron(set.name, schedule.name) })
    await reconcileSchedules(set, [schedule])
    assert.equal((await stored(set)).length, 1)
  })

  test('by several processes at once ends the same', async () => {
    const { set, job } = fresh()
    const schedule = defineSchedule({ job, payload: {}, cron: yearly })
    const results = await Promise.all([1, 2, 3].map(() => reconcileSchedules(set, [schedule])))
    assert.equal(results.flatMap(({ created }) => created).length, 1)
    assert.equal((await stored(set)).length, 1)
  })
})

describe('a schedule that is due', () => {
  test('enqueues its job once per time, with two schedulers at work, and names the schedule as actor', async () => {
    const { set, job } = fresh()
    const schedule = defineSchedule({ job, payload: {}, cron: everySecond })
    const seen: { id: string; actor: string | undefined }[] = []
    const tidy = worker(job, async (_, { id, actor }) => {
      seen.push({ id, actor })
      return done()
    })
    const first = await bed.run([scheduler(set.name, [schedule]), tidy])
    const second = await bed.run([scheduler(set.name, [schedule])])
    await until(() => seen.length >= 3)
    await Promise.all([first.stop(), second.stop()])
    assert.equal(new Set(seen.map(({ id }) => id)).size, seen.length)
    assert.equal(seen[0]?.actor, `schedule:${set.name}.${schedule.name}`)
    const { runs, lastOutcome, nextDueAt } = await statusOf(set)
    assert.ok(runs >= 3)
    assert.equal(lastOutcome, 'enqueued')
    assert.ok(nextDueAt instanceof Date)
  })

  test('continues after the NATS server was killed and started again', async () => {
    const { set, job } = fresh()
    const schedule = defineSchedule({ job, payload: {}, cron: everySecond })
    let runs = 0
    const tidy = worker(job, async () => {
      runs++
      return done()
    })
    const services = await bed.run([scheduler(set.name, [schedule]), tidy])
    await until(() => runs > 0)
    await bed.nats.kill9()
    await bed.nats.restart()
    const atRestart = runs
    await until(() => runs > atRestart + 1)
    await services.stop()
  })

  test('skips while its last job is still there', async () => {
    const { set, job } = fresh()
    const schedule = defineSchedule({ job, payload: {}, cron: everySecond })
    const services = await bed.run([scheduler(set.name, [schedule])])
    await until(async () => (await statusOf(set)).skipped >= 2)
    assert.equal(await queued(job.name), 1)
    assert.equal((await statusOf(set)).lastOutcome, 'skipped')
    await services.stop()
  })

  test('queues behind its last job if it is declared so', async () => {
    const { set, job } = fresh()
    const schedule = defineSchedule({ job, payload: {}, cron: everySecond, overlap: 'queue' })
    const services = await bed.run([scheduler(set.name, [schedule])])
    await until(async () => (await queued(job.name)) >= 2)
    assert.equal((await statusOf(set)).skipped, 0)
    await services.stop()
  })
})

describe('after downtime', () => {
  /** A scheduler that was last there at 00:30 and comes back at 05:30 of a day. */
  async function comesBack(options: Pick<Schedule, 'overlap' | 'catchUp'>) {
    const time = { now: new Date('2026-01-01T00:30:00Z') }
    const { set, job } = fresh({ now: () => time.now })
    const schedule = defineSchedule({ job, payload: {}, cron: '0 0 * * * *', ...options })
    await reconcileSchedules(set, [schedule])
    time.now = new Date('2026-01-01T05:30:00Z')
    const settled = await settleDue(set, schedule)
    return { set, job, schedule, settled }
  }

  test('"last" runs once', async () => {
    const { set, job } = await comesBack({ overlap: 'skip', catchUp: 'last' })
    assert.equal(await queued(job.name), 1)
    const { missed, lastDueAt, runs } = await statusOf(set)
    assert.deepEqual([runs, missed, lastDueAt], [1, 4, new Date('2026-01-01T05:00:00Z')])
  })

  test('"none" does not run', async () => {
    const { set, job } = await comesBack({ overlap: 'skip', catchUp: 'none' })
    assert.equal(await queued(job.name), 0)
    assert.equal((await statusOf(set)).missed, 5)
  })

  test('"all" runs for each in the window, once however often it is asked', async () => {
    const { set, job, schedule } = await comesBack({
      overlap: 'queue',
      catchUp: { all: { max: 10, window: '3h' } },
    })
    await Promise.all([1, 2, 3].map(() => settleDue(set, schedule)))
    assert.equal(await queued(job.name), 3)
    assert.equal((await statusOf(set)).missed, 2)
  })

  test('a crash between enqueueing and commit adds no second job', async () => {
    const { set, job, schedule } = await comesBack({ overlap: 'skip', catchUp: 'last' })
    await bed.database.query(
      "update jobs.schedules set settled_until = '2026-01-01T04:30:00Z' where schedule_set = $1",
      [set.name],
    )
    await settleDue(set, schedule)
    assert.equal(await queued(job.name), 1)
    assert.equal((await statusOf(set)).lastOutcome, 'enqueued')
  })

  test('a new rule counts from its declaration', async () => {
    const time = { now: new Date('2026-01-01T00:30:00Z') }
    const { set, job } = fresh({ now: () => time.now })
    const hourly = defineSchedule({ job, payload: {}, cron: '0 0 * * * *' })
    await reconcileSchedules(set, [hourly])
    time.now = new Date('2026-01-01T05:30:00Z')
    const later = defineSchedule({ job, payload: {}, cron: '0 15 * * * *' })
    await reconcileSchedules(set, [later])
    assert.deepEqual(await settleDue(set, later), { kind: 'settled', runs: [], missed: 0 })
  })
})

describe('an operator', () => {
  test('pauses and resumes: nothing runs meanwhile, and the catch-up policy decides about the rest', async () => {
    const time = { now: new Date('2026-01-01T00:30:00Z') }
    const { set, job } = fresh({ now: () => time.now })
    const schedule = defineSchedule({ job, payload: {}, cron: '0 0 * * * *' })
    await reconcileSchedules(set, [schedule])
    await operate(set, pauseSchedule, schedule.name)
    assert.deepEqual(await stored(set), [])
    time.now = new Date('2026-01-01T05:30:00Z')
    assert.deepEqual(await settleDue(set, schedule), { kind: 'paused' })
    await reconcileSchedules(set, [schedule])
    assert.deepEqual(await stored(set), [], 'a restart does not resume it')
    assert.equal((await statusOf(set)).nextDueAt, undefined)

    const settled = await operate(set, resumeSchedule, schedule.name)
    assert.equal(settled.kind === 'settled' && settled.runs.length, 1)
    assert.equal(await queued(job.name), 1)
    assert.equal((await stored(set)).length, 1)
    assert.deepEqual((await statusOf(set)).nextDueAt, new Date('2026-01-01T06:00:00Z'))
  })

  test('runs one now, once', async () => {
    const { set, job } = fresh()
    const schedule = defineSchedule({ job, payload: {}, cron: yearly })
    await reconcileSchedules(set, [schedule])
    const first = await operate(set, runScheduleNow, schedule.name)
    assert.equal(first.status, 'accepted')
    assert.equal((await operate(set, runScheduleNow, schedule.name)).status, 'already-queued')
    const message = await bed.jsm.streams.getMessage(streamName.jobs, {
      last_by_subj: queuedSubject(jobAddress(job.name, 'all')),
    })
    assert.equal(message?.header.get(jobHeader.actor), `schedule:${set.name}.${schedule.name}`)
  })

  test('learns that a name does not exist', async () => {
    const { set } = fresh()
    await assert.rejects(operate(set, pauseSchedule, 'nothing'), UnknownScheduleError)
  })
})

test('the server refuses what it does not understand before anything is stored', async () => {
  const { set, job } = fresh()
  const schedule = defineSchedule({ job, payload: {}, cron: yearly })
  const wrong = { ...schedule, rule: { cron: '0 0 0 1 1 9', timeZone: 'UTC' } }
  await assert.rejects(reconcileSchedules(set, [wrong]), /schedule/)
  assert.deepEqual(await listed(set), [])
})
