import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { jobFilters, subjects } from '@danbooru-jobs/contracts/wire'
import { headers } from '@nats-io/transport-node'
import { z } from 'zod'
import { type Bed, makeBed } from '../../../packages/actors/test/harness.ts'
import { until } from '../../../test/harness/index.ts'
import { unknownJobs } from '../src/unknown-jobs.ts'

/** Discards whatever it finds, at once. */
const atOnce = { UNKNOWN_JOBS_GRACE: '0', UNKNOWN_JOBS_EVERY: '100ms' }

describe('jobs of unknown types', () => {
  let bed: Bed
  before(async () => {
    bed = await makeBed()
  })
  after(() => bed[Symbol.asyncDispose]())

  const subjectsLeft = async () => {
    const { state } = await bed.jsm.streams.info('JOBS', { subjects_filter: jobFilters.queued })
    return Object.keys(state.subjects ?? {}).sort()
  }

  test('are discarded with the reason, those of a newer version and those of a missing service are not', async () => {
    const newer = worker(defineJob({ name: 'newer', title: 'Newer', payload: z.object({}) }), async () =>
      done(),
    )
    const reasons: unknown[] = []
    bed.connection.subscribe('$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.>', {
      callback: (_error, message) => {
        reasons.push(message.json<{ reason: string }>().reason)
      },
    })
    const services = await bed.run([unknownJobs, newer], {}, atOnce)
    await services.runtime.jsm.consumers.pause('JOBS', 'newer', new Date(Date.now() + 3_600_000))
    await bed.js.publish('jobs.newer', '{}')
    await bed.js.publish('jobs.prune-bans.all', '{}')
    for (let i = 0; i < 250; i++) await bed.js.publish(`jobs.typo.${i}`, '{"a":1}')
    await bed.js.publish('jobs.typo', 'not JSON')

    await until(async () => (await subjectsLeft()).length === 2, { what: 'the unknown ones to be gone' })
    assert.deepEqual(await subjectsLeft(), ['jobs.newer', 'jobs.prune-bans.all'])
    await until(() => reasons.length === 251, { what: 'the advisories' })
    assert.match(String(reasons[0]), /^type-unknown: no service takes jobs of type typo; /)
    const consumers = async () => (await bed.jsm.consumers.list('JOBS').next()).map((info) => info.name)
    await until(async () => (await consumers()).length === 1)
    assert.deepEqual(await consumers(), ['newer'])
    await services.stop()
  })

  test('are left alone during the grace period', async () => {
    await bed.js.publish('jobs.not-yet', '{}')
    const services = await bed.run([unknownJobs], {}, { UNKNOWN_JOBS_GRACE: '1h', UNKNOWN_JOBS_EVERY: '0' })
    // Two looks that found it: the second begins after the first has left it alone.
    const advisory = bed.connection.subscribe('$JS.EVENT.ADVISORY.CONSUMER.DELETED.JOBS.>', { max: 2 })
    for await (const _ of advisory);
    assert.ok((await subjectsLeft()).includes('jobs.not-yet'))
    await services.stop()
  })

  const withHeaders = (entries: Record<string, string>) => {
    const all = headers()
    for (const [name, value] of Object.entries(entries)) all.set(name, value)
    return { headers: all }
  }

  test('whose receiver does not exist are discarded too, and those behind them', async () => {
    await bed.js.publish('jobs.lost-type', '{}', withHeaders({ 'Job-Notify': 'nobody.listens.here' }))
    await bed.js.publish('jobs.lost-type', '{}')
    const services = await bed.run([unknownJobs], {}, atOnce)
    await until(async () => !(await subjectsLeft()).includes('jobs.lost-type'))
    await services.stop()
  })

  test('report their end to their batch', async () => {
    await bed.js.publish('jobs.member-type', '{}', withHeaders({ 'Job-Batch': 'b1', 'Job-Id': 'member' }))
    const services = await bed.run([unknownJobs], {}, atOnce)
    const message = await until(() =>
      bed.jsm.streams.getMessage('LIFECYCLES', { last_by_subj: subjects.batch('b1') }),
    )
    const { type, batch, jobId, state } = message.json<Record<string, string>>()
    assert.deepEqual(
      { type, batch, jobId, state },
      { type: 'job.ended', batch: 'b1', jobId: 'member', state: 'discarded' },
    )
    await services.stop()
  })

  test('notify the lifecycle that waits for them', async () => {
    const child = { 'Job-Notify': 'lifecycles.some-machine.7', 'Job-Id': 'child' }
    await bed.js.publish('jobs.child-type', '{}', withHeaders(child))
    const services = await bed.run([unknownJobs], {}, atOnce)
    const message = await until(() =>
      bed.jsm.streams.getMessage('LIFECYCLES', { last_by_subj: 'lifecycles.some-machine.7' }),
    )
    const { reason, ...news } = message.json<{ reason: string }>()
    assert.deepEqual(news, { type: 'job.discarded', jobId: 'child', jobType: 'child-type', attempt: 0 })
    assert.match(reason, /^type-unknown: /)
    await services.stop()
  })
})
