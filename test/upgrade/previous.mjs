// Runs in a folder that has the packages of the previous version, see previous-version.ts. Type checking does not cover it.
import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { daemon, migrateJobsSchema, openDatabase, Scheduler, systemClock } from '@danbooru-jobs/actors'
import { connectPublisher, job, streamName, tickConsumer } from '@danbooru-jobs/contracts'
import { batches } from '../../services/batches/src/batches.ts'
import { jobHistory } from '../../services/job-history/src/job-history.ts'
import { outboxRelay } from '../../services/outbox-relay/src/outbox-relay.ts'
import { jobTypes } from './job-types.ts'
import { daily, runUpgradeServices } from './work.ts'

const { NATS_URL, DATABASE_URL } = process.env
const types = jobTypes('previous')

const settings = { url: DATABASE_URL, poolSize: 2, name: 'migrate' }
const database = await openDatabase(settings, { entities: [] }, systemClock, randomUUID)
await database.transaction((em) => migrateJobsSchema(em))
await database.close()

const schedules = daemon({
  name: 'up-schedules',
  title: 'Enqueues by schedule',
  usesDatabase: true,
  consumers: [{ stream: streamName.schedules, consumer: tickConsumer('up-schedules') }],
  start: (runtime) => new Scheduler(runtime, 'up-schedules', [daily('previous')]).start(),
})
/** Emits the id of a job when it starts. */
const running = new EventEmitter()
await runUpgradeServices('previous', [batches, outboxRelay, jobHistory, schedules], (started) => {
  console.log(JSON.stringify(started))
  running.emit(started.started)
})

const publisher = await connectPublisher({ servers: NATS_URL })
/** Enqueues one job of each id, in order; the id says what becomes of it: `<type>-<what>`. */
const enqueue = async (type, jobs) => {
  for (const [id, before, options = {}] of jobs) {
    const { key, ...rest } = options
    await publisher.enqueue(types[type], { before, ...(key && { key }) }, { id, ...rest })
  }
}

/** Enqueues a job and waits for its start. */
const start = async (type, one) => {
  const isStarted = once(running, one[0])
  await enqueue(type, [one])
  await isStarted
}

process.on('SIGUSR2', async () => {
  for (let n = 0; n < 20; n++)
    await enqueue('limited', [[`limited-both-previous-${n}`, 'run', { key: 'both' }]])
  await enqueue('plain', [['plain-after-migration', 'run']])
})

await enqueue('plain', [
  ['plain-done', 'run'],
  ['plain-retrying', 'fail'],
  ['plain-running', 'hold'],
  ['plain-discarded', 'discard'],
  ['plain-scheduled', 'run', { delay: '30d' }],
  ['plain-due', 'run', { delay: '10s' }],
])
await start('limited', ['limited-running', 'hold', { key: 'a' }])
await enqueue('limited', [
  ['limited-waiting-1', 'run', { key: 'a' }],
  ['limited-waiting-2', 'run', { key: 'a' }],
])
await start('rated', ['rated-done', 'run'])
await enqueue('rated', [['rated-waiting', 'run']])
await enqueue('ordered', [
  ['ordered-running', 'hold', { key: 'a' }],
  ['ordered-waiting-1', 'run', { key: 'a' }],
  ['ordered-waiting-2', 'run', { key: 'a' }],
])
await enqueue('single', [
  ['single-running', 'hold'],
  ['single-queued-1', 'run'],
  ['single-queued-2', 'run'],
])
await enqueue('unique', [['unique-running', 'hold', { key: 'a' }]])
await start('oneAndOne', ['one-running', 'hold', { key: 'a' }])
await enqueue('oneAndOne', [['one-waiting', 'run', { key: 'a' }]])
await enqueue('order', [['order-1', 'run', { key: 'alice' }]])
const members = ['run', 'hold'].map((before) => job(types.plain, { before }))
await publisher.enqueueBatch(members, { id: 'up-batch', onComplete: { job: job(types.report, {}) } })
console.log(JSON.stringify({ ready: 'previous' }))
