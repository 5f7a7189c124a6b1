import assert from 'node:assert/strict'
import { connect as connectTcp } from 'node:net'
import { test } from 'node:test'
import { done, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { makeBed } from './harness.ts'

const define = (name: string) => defineJob({ name, title: name, payload: z.object({ n: z.number() }) })

/** Publishes a message with header lines that no client library would send. */
function publishRaw(port: number, subject: string, headerLines: string, body: string): Promise<void> {
  const block = `NATS/1.0\r\n${headerLines}\r\n\r\n`
  const sizes = `${Buffer.byteLength(block)} ${Buffer.byteLength(block) + Buffer.byteLength(body)}`
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connectTcp(port, '127.0.0.1', () => {
    const connect = 'CONNECT {"verbose":false,"headers":true}\r\n'
    socket.write(`${connect}HPUB ${subject} ${sizes}\r\n${block}${body}\r\nPING\r\n`)
  })
  socket.on('error', reject)
  socket.on('data', (data) => {
    if (!data.includes('PONG')) return
    socket.end()
    resolve()
  })
  return promise
}

test('a message whose headers no client accepts is discarded with a reason and disturbs no other', async () => {
  await using bed = await makeBed()
  const hostile = define('gets-bad-headers')
  const healthy = define('is-healthy')
  const seen: string[] = []
  const note =
    (name: string) =>
    async ({ n }: { n: number }, { attempt }: { attempt: number }) => {
      seen.push(`${name} ${n}/${attempt}`)
      return done()
    }
  await bed.run([worker(hostile, note('hostile')), worker(healthy, note('healthy'))])
  for (const line of ['My Header: x', 'Pr\u00f3ba: x', 'no colon']) {
    await publishRaw(bed.nats.port, 'jobs.gets-bad-headers', line, '{"n":1}')
  }
  await bed.enqueue(healthy, { n: 2 })
  await bed.enqueue(hostile, { n: 3 })
  await until(() => seen.length === 2)
  assert.deepEqual(seen.sort(), ['healthy 2/1', 'hostile 3/1'])
  await until(async () => (await bed.jsm.streams.info('JOBS')).state.messages === 0)
  const reasons: string[] = []
  const filter = '$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.gets-bad-headers'
  const terminated = await bed.jsm.direct.getBatch('JOB_LOG', { next_by_subj: filter, seq: 1, batch: 10 })
  for await (const message of terminated) reasons.push(message.json<{ reason: string }>().reason)
  assert.equal(reasons.length, 3)
  for (const reason of reasons) assert.match(reason, /^payload-invalid: .*header/)
})
