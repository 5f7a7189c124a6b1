import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, headers, type Msg } from '@nats-io/transport-node'
import { startNats } from '../../../test/harness/index.ts'
import { headerBlock } from '../src/transport/header-block.ts'

test("a message's headers as they came: the client still lays them down before the body", async () => {
  await using nats = await startNats()
  const connection = await connect({ servers: nats.url })
  const subscription = connection.subscribe('here.>')
  const carried = headers()
  carried.set('One', 'NATS/1.0')
  carried.append('Two', 'ü')
  // The last is larger than what a socket gives at once.
  const bodies = ['', 'body', 'x'.repeat(500_000)]
  for (const body of bodies) connection.publish('here.it-is', body, { headers: carried, reply: 'answer' })
  connection.publish('here.plain', 'body')
  await connection.drain()
  const blocks: (string | undefined)[] = []
  for await (const message of subscription) blocks.push(textOf(message))
  const expected = 'NATS/1.0\r\nOne: NATS/1.0\r\nTwo: ü\r\n\r\n'
  assert.deepEqual(blocks, [...bodies.map(() => expected), undefined])
})

function textOf(message: Msg): string | undefined {
  const block = headerBlock(message)
  return block && new TextDecoder().decode(block)
}
