import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineJob } from '@danbooru-jobs/contracts'
import { streamDeclarations, streamName } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { type Bed, makeBed } from '../../../packages/actors/test/harness.ts'
import { until } from '../../../test/harness/index.ts'
import { jobHistory } from '../src/job-history.ts'
import { historyOf, jobOf } from './bed.ts'

const type = defineJob({ name: 'copied', title: 'Waits', payload: z.object({ n: z.number() }) })

/** Jobs that wait, and of each its copy in the log, which begins with the first. */
async function enqueueCopied(bed: Bed, numbers: readonly number[]): Promise<readonly string[]> {
  for (const stream of streamDeclarations()) await bed.jsm.streams.add(stream)
  const ids: string[] = []
  for (const n of numbers) ids.push(await bed.enqueue(type, { n }))
  const last = async () => (await bed.jsm.streams.info(streamName.jobLog)).state.last_seq
  await until(async () => (await last()) === numbers.length, { what: 'the log to have a copy of each' })
  return ids
}

test('a job without a copy is in the history as soon as one behind it', async () => {
  await using bed = await makeBed()
  const ids = await enqueueCopied(bed, [1, 2, 3, 4, 5, 6])
  // As a server leaves it that is killed before it has copied what it stored.
  for (const sequence of [1, 3, 4]) await bed.jsm.streams.deleteMessage(streamName.jobLog, sequence)
  await bed.run([jobHistory])
  const history = historyOf(bed)
  await jobOf(history, ids[5] ?? '', ({ state }) => state === 'queued')
  const jobs = await Promise.all(ids.map((id) => history.find(id)))
  assert.deepEqual(
    jobs.map((job) => job?.payload),
    [1, 2, 3, 4, 5, 6].map((n) => ({ n })),
  )
})

test('the last jobs, without a copy, are in the history before the queue is compared with it', async () => {
  await using bed = await makeBed()
  const ids = await enqueueCopied(bed, [1, 2, 3])
  for (const sequence of [2, 3]) await bed.jsm.streams.deleteMessage(streamName.jobLog, sequence)
  await bed.run([jobHistory])
  const last = await jobOf(historyOf(bed), ids[2] ?? '', ({ state }) => state === 'queued')
  assert.deepEqual(last.payload, { n: 3 })
  const [position] = await bed.database.query('select queue_sequence::integer from jobs.history_position')
  assert.deepEqual(position, { queue_sequence: 3 })
})
