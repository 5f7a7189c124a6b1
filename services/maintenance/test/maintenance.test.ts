import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { done, worker } from '@danbooru-jobs/actors'
import { nextDue, Operator, UnknownScheduleError } from '@danbooru-jobs/actors/operate'
import { openDatabase, readSettings, systemClock } from '@danbooru-jobs/actors/program'
import { booruDatabase } from '@danbooru-jobs/booru'
import {
  amcheckDatabase,
  jobTypes,
  pruneBans,
  prunePosts,
  vacuumDatabase,
} from '@danbooru-jobs/contracts/danbooru'
import { streamName } from '@danbooru-jobs/contracts/wire'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { type JobBed, makeJobBed, natsCli } from '../../../test/harness/index.ts'
import {
  maintenance,
  maintenanceJobs,
  maintenanceSchedules,
  maintenanceSet,
  maintenanceSettings,
  runAllMaintenance,
} from '../src/maintenance.ts'

let bed: JobBed
let jsm: Awaited<ReturnType<typeof jetstreamManager>>
let database: Awaited<ReturnType<typeof openDatabase>>
let schedules: Operator['schedules']
before(async () => {
  bed = await makeJobBed(worker(pruneBans, async () => done({ lifted: 3 })))
  await bed.run([
    maintenance,
    worker(prunePosts, async () => {
      throw new TypeError('broken')
    }),
  ])
  jsm = await jetstreamManager(bed.connection)
  const settings = { url: bed.database.url, poolSize: 2, name: 'test' }
  database = await openDatabase(settings, booruDatabase, systemClock, randomUUID)
  const { connection: nats } = bed
  const js = jetstream(nats)
  schedules = new Operator({ nats, js, jsm, database, clock: systemClock, by: 'tester' }).schedules
})
after(async () => {
  await database.close()
  await bed[Symbol.asyncDispose]()
})

describe('the maintenance schedules', () => {
  const due: Readonly<Record<string, string>> = {
    'prune-posts': '2026-11-21T19:00:00Z',
    'prune-rate-limits': '2026-11-21T19:00:00Z',
    'regenerate-post-counts': '2026-11-21T19:00:00Z',
    'prune-bans': '2026-11-21T19:00:00Z',
    'prune-jobs': '2026-11-22T05:00:00Z',
    'prune-post-disapprovals': '2026-11-22T05:00:00Z',
    'prune-bulk-update-requests': '2026-11-22T05:00:00Z',
    'bigquery-export-all': '2026-11-22T05:00:00Z',
    'vacuum-database': '2026-11-22T05:00:00Z',
    'retire-tag-relationships': '2026-11-22T05:00:00Z',
    'dmail-inactive-approvers': '2026-11-22T05:00:00Z',
    'prune-approvers': '2026-12-01T05:00:00Z',
  }
  test('are due at fixed times in Eastern Time', () => {
    const saturday = new Date('2026-11-21T18:30:00Z')
    const found = maintenanceSchedules('America/New_York').map(({ name, rule }) => [
      name,
      nextDue(rule, saturday),
    ])
    assert.deepEqual(
      found,
      Object.entries(due).map(([name, time]) => [name, new Date(time)]),
    )
  })

  test('on Mondays the weekly ones wait for Sunday', () => {
    const monday = new Date('2026-11-23T12:00:00Z')
    const weekly = maintenanceSchedules('America/New_York').filter(({ rule }) => rule.cron.endsWith('* 0'))
    assert.deepEqual(
      weekly.map(({ rule }) => nextDue(rule, monday)),
      [new Date('2026-11-29T05:00:00Z'), new Date('2026-11-29T05:00:00Z')],
    )
  })

  test('have a time zone that operators choose', () => {
    assert.equal(readSettings(maintenanceSettings, {}).MAINTENANCE_TIME_ZONE, 'America/New_York')
    const berlin = { MAINTENANCE_TIME_ZONE: 'Europe/Berlin' }
    assert.deepEqual(readSettings(maintenanceSettings, berlin), berlin)
    assert.throws(() => readSettings(maintenanceSettings, { MAINTENANCE_TIME_ZONE: 'Eastern' }), /IANA name/)
  })

  test('leave the check for corruption to operators, as Danbooru does', () => {
    const names = maintenanceSchedules('UTC').map(({ name }) => name)
    assert.ok(!names.includes(amcheckDatabase.name))
    assert.ok(maintenanceJobs.includes(amcheckDatabase))
    assert.ok(maintenanceJobs.every(({ name }) => jobTypes.some((type) => type.name === name)))
  })
})

describe('an operator', () => {
  const named = (name: string) => ({ set: maintenanceSet, name })

  test('lists all of them with their next runs', async () => {
    const listed = await schedules.list()
    assert.equal(listed.length, maintenanceSchedules('UTC').length)
    for (const { nextDueAt, pausedAt } of listed) {
      assert.ok(nextDueAt !== undefined && nextDueAt > new Date())
      assert.equal(pausedAt, undefined)
    }
  })

  test('sees them with the nats command', async (t) => {
    const cli = await natsCli()
    if (cli === undefined) return t.skip('there is no nats command here')
    const { stdout } = await cli.run(bed.nats.url, ['stream', 'subjects', streamName.schedules])
    assert.match(stdout, /cron\.maintenance\.prune-bans/)
  })

  test('pauses one and resumes it', async () => {
    await schedules.pause(named('prune-bans'))
    const status = async () => (await schedules.list()).find(({ name }) => name === 'prune-bans')
    assert.ok((await status())?.pausedAt instanceof Date)
    assert.equal((await schedules.resume(named('prune-bans'))).kind, 'settled')
    assert.equal((await status())?.pausedAt, undefined)
  })

  test('runs one now, and refuses a wrong name', async () => {
    assert.equal((await schedules.runNow(named('vacuum-database'))).status, 'accepted')
    assert.equal((await schedules.runNow(named('vacuum-database'))).status, 'already-queued')
    await assert.rejects(schedules.runNow(named('vacum-database')), UnknownScheduleError)
  })
})

test('running all of them reports the end of each', async () => {
  const seen: string[] = []
  const reports = await runAllMaintenance(
    { nats: bed.connection, jsm },
    { jobs: [pruneBans, prunePosts, vacuumDatabase], timeout: '60s', onReport: ({ job }) => seen.push(job) },
  )
  const outcome = (job: string) => reports.find((report) => report.job === job)?.outcome
  assert.deepEqual(outcome('prune-bans'), { state: 'done', result: { lifted: 3 } })
  const failed = outcome('prune-posts')
  assert.ok(failed?.state === 'discarded' && /attempts-exhausted.*broken/.test(failed.reason))
  assert.deepEqual(outcome('vacuum-database'), { state: 'no-service' })
  assert.equal(seen.length, 3)
})
