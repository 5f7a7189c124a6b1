import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { createPublisher, defineJob, job, type Publisher } from '../src/index.ts'
import { startNats, type TestNats } from './nats.ts'

let nats: TestNats
let publisher: Publisher
before(async () => {
  nats = await startNats()
  publisher = createPublisher(nats.connection)
})
after(() => nats.stop())

const type = defineJob({
  name: 'bulk',
  title: 'Bulk',
  payload: z.object({ n: z.number(), text: z.string() }),
})
const total = 100_000

/** Makes each job when it is asked for, and counts how far ahead of the progress it was asked. */
function* jobs(asked: { count: number }) {
  for (let n = 0; n < total; n++) {
    asked.count = n + 1
    yield job(type, { n, text: 'x'.repeat(100) })
  }
}

const stored = async () => (await nats.manager.streams.info('JOBS')).state.messages

test('one call stores 100,000 jobs, never holds more than one chunk, and resumes where it stopped', async () => {
  const asked = { count: 0 }
  let furthest = 0
  let reached = 0
  const stop = new Error('stopped half-way')
  const onProgress = ({ processed }: { processed: number }) => {
    furthest = Math.max(furthest, asked.count - processed)
    reached = processed
    if (processed === 50_000) throw stop
  }
  const id = 'bulk-of-100000'
  await assert.rejects(publisher.enqueueMany(jobs(asked), { id, chunkSize: 1_000, onProgress }), stop)
  assert.equal(await stored(), 50_000)
  const rest = { id, chunkSize: 1_000, startAt: reached, onProgress: countOnly }
  const progress = await publisher.enqueueMany(jobs(asked), rest)
  assert.deepEqual(progress, { id, processed: total, enqueued: 50_000, duplicates: 0, alreadyQueued: 0 })
  assert.equal(await stored(), total)
  assert.ok(furthest <= 1_000, `${furthest} jobs ahead of the chunk that is reported`)

  function countOnly({ processed }: { processed: number }) {
    furthest = Math.max(furthest, asked.count - processed)
  }
})
