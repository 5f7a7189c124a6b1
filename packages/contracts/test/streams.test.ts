import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { jetstream } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import { z } from 'zod'
import { deleteUser, jobTypes, pruneBans } from '../src/danbooru/index.ts'
import { createPublisher, defineJob, job, type Publisher } from '../src/index.ts'
import { isInJobLog, jobConsumer, runtimeOptions, streamDeclarations, streamName } from '../src/wire.ts'
import { startNats, type TestNats, until } from './nats.ts'

const plain = defineJob({ name: 'plain', title: 'Plain', payload: z.object({}) })
let nats: TestNats
let publisher: Publisher

before(async () => {
  nats = await startNats()
  publisher = createPublisher(nats.connection)
  for (const type of [...jobTypes, plain]) {
    await nats.manager.consumers.add(streamName.jobs, jobConsumer(type))
  }
})
after(() => nats.stop())

const consumer = (name: string) => jetstream(nats.connection).consumers.get(streamName.jobs, name)
const taken = async (name: string) => {
  const message = await (await consumer(name)).next({ expires: 5_000 })
  assert.ok(message, `a job of ${name} is there`)
  return message
}
const logged = (subject: string) =>
  until(async () => {
    const info = await nats.manager.streams.info(streamName.jobLog, { subjects_filter: subject })
    return info.state.subjects?.[subject]
  })

test('declaring streams and consumers twice changes nothing', async () => {
  for (const stream of streamDeclarations()) await nats.manager.streams.add(stream)
  for (const type of jobTypes) await nats.manager.consumers.add(streamName.jobs, jobConsumer(type))
  const { config } = await nats.manager.streams.info(streamName.jobs)
  assert.equal(config.allow_msg_schedules, true)
})

test('maxRunning is how many jobs are out at once', async () => {
  const info = await nats.manager.consumers.info(streamName.jobs, pruneBans.name)
  assert.equal(info.config.max_ack_pending, 1)
  for (const id of ['run-1', 'run-2'])
    await publisher.enqueue(pruneBans, {}, runtimeOptions({ id, unique: false }))
  const first = await taken(pruneBans.name)
  const mailbox = await consumer(pruneBans.name)
  assert.equal(await mailbox.next({ expires: 1_000 }), null)
  await first.ackAck()
  const second = await taken(pruneBans.name)
  assert.equal(second.headers?.get('Job-Id'), 'run-2')
  await second.ackAck()
})

describe('the job log', () => {
  test('holds single jobs, batches and what a schedule fired', async () => {
    await publisher.enqueue(deleteUser, { userId: 1 })
    await publisher.enqueueAtomically([job(deleteUser, { userId: 2 }), job(deleteUser, { userId: 3 })])
    await publisher.enqueueAtomically([job(deleteUser, { userId: 4 }, { delay: 300 })])
    await publisher.enqueue(deleteUser, { userId: 5 }, { delay: 300 })
    for (const userId of [1, 2, 3, 4, 5]) {
      assert.equal(await logged(`job-log.stored.jobs.delete-user.${userId}-all`), 1)
    }
    const subject = 'job-log.stored.jobs.delete-user.2-all'
    const copy = await nats.manager.streams.getMessage(streamName.jobLog, { last_by_subj: subject })
    assert.deepEqual(copy?.json(), { userId: 2, part: 'all' })
    assert.equal(copy?.header.get('Nats-Subject'), 'jobs.delete-user.2-all')
    assert.match(copy?.header.get('Nats-Sequence') ?? '', /^\d+$/)
  })

  test('misses some jobs, which their headers show', async () => {
    await publisher.enqueueAtomically([
      job(deleteUser, { userId: 6 }, { delay: '1h' }),
      job(deleteUser, { userId: 7 }, { delay: 100 }),
    ])
    const every = headers()
    every.set('Nats-Schedule', '@every 1s')
    every.set('Nats-Schedule-Target', 'jobs.repeated')
    await nats.connection.request('schedules.repeated.x', '{}', { headers: every, timeout: 5_000 })
    for (const subject of ['jobs.delete-user.7-all', 'jobs.repeated']) {
      const fired = await until(async () => {
        const found = await nats.manager.streams.getMessage(streamName.jobs, { last_by_subj: subject })
        return found ?? undefined
      })
      const inLog = isInJobLog((name) => fired.header.get(name) || undefined)
      assert.equal(inLog, false, subject)
    }
    const info = await nats.manager.streams.info(streamName.jobLog, { subjects_filter: 'job-log.stored.>' })
    const subjects = Object.keys(info.state.subjects ?? {})
    assert.ok(!subjects.some((subject) => /repeated|[67]-all/.test(subject)), subjects.join())
    await nats.manager.streams.purge(streamName.jobs, { filter: 'schedules.repeated.x' })
  })

  test('holds acknowledgments, naks and terminations, in the words of the server', async () => {
    await publisher.enqueue(plain, {}, { id: 'logged' })
    await (await taken('plain')).nak(1)
    await (await taken('plain')).ackAck()
    await publisher.enqueue(plain, {})
    ;(await taken('plain')).term('because')
    await logged('$JS.EVENT.METRIC.CONSUMER.ACK.JOBS.plain')
    await logged('$JS.EVENT.ADVISORY.CONSUMER.MSG_NAKED.JOBS.plain')
    const subject = '$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.plain'
    await logged(subject)
    const advisory = await nats.manager.streams.getMessage(streamName.jobLog, { last_by_subj: subject })
    assert.equal(advisory?.json<{ reason: string }>().reason, 'because')
  })
})

test('a unique job is refused while it is delayed, queued, running or waiting for a retry', async () => {
  const type = defineJob({
    name: 'one',
    title: 'One',
    payload: z.object({}),
    delivery: { unique: { mode: 'while-queued-or-running', key: () => 'k' } },
  })
  await nats.manager.consumers.add(streamName.jobs, jobConsumer(type))
  const refused = async (when: string) => {
    assert.equal((await publisher.enqueue(type, {})).status, 'already-queued', when)
    const { status } = await publisher.enqueueAtomically([job(plain, {}), job(type, {}, { delay: '1h' })])
    assert.equal(status, 'already-queued', `${when}, in a batch`)
  }
  assert.equal((await publisher.enqueue(type, {}, { delay: 500 })).status, 'accepted')
  await refused('delayed')
  const fired = await taken('one')
  assert.equal(fired.headers?.get('Nats-Scheduler'), 'schedules.one.k')
  await refused('running, fired by a schedule')
  fired.nak(1_500)
  await refused('waiting for a retry')
  const again = await taken('one')
  assert.equal(again.info.deliveryCount, 2)
  await refused('running again')
  await again.ackAck()
  assert.equal((await publisher.enqueue(type, {})).status, 'accepted')
  await refused('queued')
  ;(await taken('one')).term('enough')
  await until(async () => ((await publisher.enqueue(type, {})).status === 'accepted' ? true : undefined))
})

test('a consumer gets the jobs of its own type alone', async () => {
  const prefix = defineJob({ name: 'delete', title: 'Delete', payload: z.object({}) })
  await nats.manager.consumers.add(streamName.jobs, jobConsumer(prefix))
  await publisher.enqueue(deleteUser, { userId: 99 })
  await publisher.enqueue(prefix, {}, { id: 'mine' })
  const messages = await (await consumer('delete')).fetch({ max_messages: 5, expires: 1_000 })
  const ids: string[] = []
  for await (const message of messages) {
    ids.push(message.headers?.get('Job-Id') ?? '')
    message.ack()
  }
  assert.deepEqual(ids, ['mine'])
})
