import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'node:test'
import { FlakyLine } from './proxy.ts'

/** A server that answers with what it hears. */
async function echo() {
  const server = createServer((socket) => void socket.on('error', () => undefined).pipe(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('a line carries what is said, also when it is slow', async () => {
  await using server = await echo()
  await using line = await FlakyLine.to(server.port)
  line.change({ delay: 5, bytesPerSecond: 100_000 })
  const client = connect(line.port, '127.0.0.1')
  const said = 'x'.repeat(5_000)
  client.write(said)
  let heard = ''
  for await (const piece of client) {
    heard += piece
    if (heard.length >= said.length) break
  }
  assert.equal(heard, said)
})

test('a line that is cut breaks at both ends, and takes new connections', async () => {
  await using server = await echo()
  await using line = await FlakyLine.to(server.port)
  const client = connect(line.port, '127.0.0.1').on('error', () => undefined)
  client.write('a')
  await once(client, 'data')
  const broken = new Promise((resolve) => client.once('close', resolve))
  line.cut()
  await broken
  const next = connect(line.port, '127.0.0.1')
  next.write('b')
  const [heard] = await once(next, 'data')
  assert.equal(String(heard), 'b')
  next.destroy()
})
