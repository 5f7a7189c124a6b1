import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { discard, done, retry, snooze, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { recordId } from '@danbooru-jobs/contracts/danbooru'
import { jobReport, streamName } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { type Bed, makeBed } from './harness.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

const quick = { kind: 'list', delays: [10] } as const

describe('a worker', () => {
  test('runs a job once and takes it off the queue', async () => {
    const type = defineJob({ name: 'once', title: 'Once', payload: z.object({ userId: recordId }) })
    const seen: number[] = []
    await bed.run([
      worker(type, async ({ userId }) => {
        seen.push(userId)
        return done()
      }),
    ])
    await bed.enqueue(type, { userId: 42 })
    await until(() => seen.length === 1)
    await until(async () => (await bed.jsm.streams.info('JOBS')).state.messages === 0)
    assert.deepEqual(seen, [42])
  })

  test('counts failed attempts, not snoozes, and gives up with a reason', async () => {
    const type = defineJob({
      name: 'failing',
      title: 'Failing',
      payload: z.object({}),
      delivery: { attempts: 3, backOff: quick },
    })
    const attempts: number[] = []
    let snoozed = false
    await bed.run([
      worker(type, async (_, job) => {
        attempts.push(job.attempt)
        if (!snoozed && job.attempt === 2) {
          snoozed = true
          return snooze(5)
        }
        return retry('no luck')
      }),
    ])
    await bed.enqueue(type, {})
    const advisory = await terminated('failing')
    assert.deepEqual(attempts, [1, 2, 2, 3])
    assert.match(advisory.reason, /^attempts-exhausted: attempt 3 of 3 failed with Error: no luck/)
  })

  test('discards what does not fit its schema, with the path of the field', async () => {
    const type = defineJob({ name: 'strict', title: 'Strict', payload: z.object({ userId: recordId }) })
    await bed.run([worker(type, async () => discard('must not run'))])
    await bed.js.publish('jobs.strict', '{"userId":"x"}')
    assert.match((await terminated('strict')).reason, /^payload-invalid: userId: /)
  })

  test('reports why an attempt failed', async () => {
    const type = defineJob({
      name: 'reporting',
      title: 'Reporting',
      payload: z.object({}),
      delivery: { attempts: 1 },
    })
    await bed.run([
      worker(type, async () => {
        throw new TypeError('broken')
      }),
    ])
    const id = await bed.enqueue(type, {})
    const report = await until(async () => {
      const last = await bed.jsm.streams.getMessage(streamName.jobLog, {
        last_by_subj: 'job-log.report.reporting.*',
      })
      const newest = last && jobReport.parse(last.json())
      return newest?.error ? newest : undefined
    })
    assert.equal(report.jobId, id)
    assert.equal(report.error?.name, 'TypeError')
  })
})

async function terminated(type: string): Promise<{ reason: string }> {
  return until(async () => {
    const last = await bed.jsm.streams.getMessage(streamName.jobLog, {
      last_by_subj: `$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.${type}`,
    })
    return last?.json<{ reason: string }>()
  })
}
