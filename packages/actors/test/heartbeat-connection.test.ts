import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '@nats-io/transport-node'
import { startNats, until } from '../../../test/harness/index.ts'
import { Heartbeat } from '../src/lease/heartbeat.ts'

test('the heartbeat waits for a server that is away when it starts, and logs it', async () => {
  await using nats = await startNats()
  await nats.kill9()
  const problems: unknown[] = []
  const heartbeat = new Heartbeat({ url: nats.url, name: 'test' }, 400)
  heartbeat.board.take('lease.one', 1)
  heartbeat.start((problem) => problems.push(problem))
  try {
    await until(() => problems.length >= 2)
    assert.match(String(problems[0]), /cannot reach NATS/)
    await nats.restart()
    const connection = await connect({ servers: nats.url })
    const signs: string[] = []
    connection.subscribe('lease.one', { callback: (_, message) => void signs.push(message.string()) })
    await until(() => signs.length >= 2)
    assert.equal(signs[0], '+WPI')
    await connection.close()
  } finally {
    await heartbeat.stop()
  }
})

test('the heartbeat can be stopped while it has no connection', async () => {
  await using nats = await startNats()
  await nats.kill9()
  const heartbeat = new Heartbeat({ url: nats.url, name: 'test' }, 400)
  const { promise, resolve } = Promise.withResolvers<unknown>()
  heartbeat.start(resolve)
  assert.match(String(await promise), /cannot reach NATS/)
  await heartbeat.stop()
})
