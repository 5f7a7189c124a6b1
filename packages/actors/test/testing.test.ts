import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { done, retry, worker } from '@danbooru-jobs/actors'
import { startTestJobs } from '@danbooru-jobs/actors/testing'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

const greet = defineJob({
  name: 'greet',
  title: 'Greet somebody',
  payload: z.object({ name: z.string(), polite: z.boolean().default(true) }),
  delivery: { attempts: 3, backOff: { kind: 'list', delays: ['5m'] } },
})

describe('the test kit', () => {
  test('keeps jobs until they are to be performed', async () => {
    const greeted: string[] = []
    await using jobs = await startTestJobs([
      worker(greet, async ({ name }) => {
        greeted.push(name)
        return done()
      }),
    ])
    const result = await jobs.enqueue(greet, { name: 'Alice' })
    assert.equal(result.status, 'accepted')
    jobs.assertEnqueued(greet, { name: 'Alice' })
    assert.deepEqual(greeted, [])
    assert.equal(await jobs.performEnqueuedJobs(), 1)
    assert.deepEqual(greeted, ['Alice'])
    jobs.assertNoEnqueued()
    assert.equal(result.status === 'accepted' && jobs.job(result.id)?.state, 'done')
  })

  test('lets time pass', async () => {
    const attempts: number[] = []
    await using jobs = await startTestJobs([
      worker(greet, async (_, job) => {
        attempts.push(job.attempt)
        return retry('nobody there')
      }),
    ])
    await jobs.enqueue(greet, { name: 'Bob' }, { delay: '10m', id: 'one' })
    jobs.assertEnqueued(greet, undefined, { at: '10m', count: 1 })
    await jobs.advance('9m')
    assert.equal(await jobs.performEnqueuedJobs(), 0)
    await jobs.advance('1m')
    assert.equal(await jobs.performEnqueuedJobs(), 1)
    assert.equal(jobs.job('one')?.state, 'waiting')
    await jobs.advance('5m')
    await jobs.performEnqueuedJobs()
    await jobs.advance('5m')
    await jobs.performEnqueuedJobs()
    assert.deepEqual(attempts, [1, 2, 3])
    const job = jobs.job('one')
    assert.equal(job?.state, 'discarded')
    assert.match(job?.reason ?? '', /^attempts-exhausted/)
  })
})
