import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { OwnershipError, provisionConsumer, provisionStreams } from '@danbooru-jobs/actors/internal'
import { deleteFavorites } from '@danbooru-jobs/contracts/danbooru'
import { jobConsumer, owner } from '@danbooru-jobs/contracts/wire'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { startNats } from '../../../test/harness/index.ts'

describe('provisioning', () => {
  let nats: Awaited<ReturnType<typeof startNats>>
  let connection: NatsConnection
  let jsm: JetStreamManager
  before(async () => {
    nats = await startNats()
    connection = await connect({ servers: nats.url })
    jsm = await jetstreamManager(connection)
  })
  after(async () => {
    await connection.close()
    await nats[Symbol.asyncDispose]()
  })

  test('makes what is missing, and changes nothing the second time', async () => {
    await provisionStreams(jsm)
    const first = await jsm.streams.info('JOBS')
    await provisionStreams(jsm)
    const second = await jsm.streams.info('JOBS')
    assert.deepEqual(second.config, first.config)
    assert.equal(second.created, first.created)
  })

  test('brings an older declaration up to date and keeps what an operator has set', async () => {
    const { config } = await jsm.streams.info('EVENTS')
    await jsm.streams.update('EVENTS', { ...config, max_age: 1_000_000_000_000, max_bytes: 123_456_789 })
    await provisionStreams(jsm)
    const after = await jsm.streams.info('EVENTS')
    assert.equal(after.config.max_age, config.max_age)
    assert.equal(after.config.max_bytes, 123_456_789)
  })

  test('leaves alone what another owner made', async () => {
    await jsm.streams.delete('EVENTS')
    await jsm.streams.add({ name: 'EVENTS', subjects: ['events.>'], metadata: { owner: 'somebody' } })
    await assert.rejects(
      provisionStreams(jsm),
      (error) => error instanceof OwnershipError && /owner=somebody/.test(error.message),
    )
    const { config } = await jsm.streams.info('EVENTS')
    assert.equal(config.metadata?.[owner.key], 'somebody')
    await jsm.consumers.add('JOBS', {
      durable_name: 'delete-favorites',
      ack_policy: 'explicit',
      filter_subject: 'jobs.other',
    })
    await assert.rejects(provisionConsumer(jsm, 'JOBS', jobConsumer(deleteFavorites)), OwnershipError)
  })
})
