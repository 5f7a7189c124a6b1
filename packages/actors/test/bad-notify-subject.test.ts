import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { discard, done, worker } from '@danbooru-jobs/actors'
import { JobControl } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { defineJob } from '@danbooru-jobs/contracts'
import { jobHeader, jobIdOf, jobMessage } from '@danbooru-jobs/contracts/wire'
import { headers } from '@nats-io/transport-node'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { type Bed, makeBed } from './harness.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

/** Headers with a receiver to which nothing can be published. */
const unreachable = {
  'no stream stores it': [jobHeader.notify, 'no.stream.has.this'],
  'it has a wildcard': [jobHeader.notify, 'lifecycles.*'],
  'it deletes a stream': [jobHeader.notify, '$JS.API.STREAM.DELETE.JOBS'],
  'it is a queue of jobs': [jobHeader.notify, 'jobs.delete-user'],
  'no batch has such an id': [jobHeader.batch, 'x'.repeat(500)],
} as const

describe('a job whose end cannot be reported to the receiver that it names', () => {
  for (const [index, [why, [name, value]]] of Object.entries(unreachable).entries()) {
    for (const outcome of ['done', 'discarded'] as const) {
      test(`ends, ${outcome}, and the job log has the problem: ${why}`, async () => {
        let runs = 0
        const type = defineJob({
          name: `unreported-${outcome}-${index}`,
          title: 'x',
          payload: z.object({}),
        })
        const handle = async () => {
          runs++
          return outcome === 'done' ? done({ reported: false }) : discard('no use')
        }
        await bed.run([worker(type, handle)], { ackWait: 1_000 })
        const carried = headers()
        carried.set(name, value)
        const { seq } = await bed.js.publish(`jobs.${type.name}`, '{}', { headers: carried })
        const isGone = async () => {
          const info = await bed.jsm.consumers.info('JOBS', type.name)
          return info.num_pending + info.num_ack_pending === 0 && info.delivered.stream_seq >= seq
        }
        await until(isGone, { what: 'the job to end' })
        assert.equal(runs, 1)
        const logged = await bed.jsm.streams.getMessage('JOB_LOG', {
          last_by_subj: `job-log.report.${type.name}.${seq}`,
        })
        assert.match(JSON.stringify(logged?.json()), new RegExp(`was not reported to .*${name}`))
      })
    }
  }

  for (const [index, [why, [name, value]]] of Object.entries(unreachable).entries()) {
    test(`can be cancelled before it starts: ${why}`, async () => {
      const type = defineJob({ name: `unreported-cancelled-${index}`, title: 'x', payload: z.object({}) })
      await (await bed.run([worker(type, async () => done())])).stop()
      const carried = headers()
      carried.set(name, value)
      const { seq } = await bed.js.publish(`jobs.${type.name}`, '{}', { headers: carried })
      const control = new JobControl(bed.connection, bed.js, bed.jsm, systemClock)
      const id = jobIdOf(() => undefined, seq)
      const cancelled = await control.cancel({ id, type: type.name, streamSequence: seq }, 'tester')
      assert.equal(cancelled.kind, 'removed')
    })
  }

  test('is refused when it is enqueued with a receiver that cannot exist', () => {
    const type = defineJob({ name: 'unreported-typed', title: 'x', payload: z.object({}) })
    const stamp = { id: 'x', now: new Date() }
    for (const notify of [
      'lifecycles.*',
      'a b',
      'a..b',
      '>',
      '$JS.API.INFO',
      '_INBOX.x',
      'jobs.delete-user',
    ]) {
      assert.throws(() => jobMessage(type, {}, { notify }, stamp), /notify must be a subject of the receiver/)
    }
  })
})
