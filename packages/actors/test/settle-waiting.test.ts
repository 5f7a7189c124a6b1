import assert from 'node:assert/strict'
import { test } from 'node:test'
import { done, runServices, worker } from '@danbooru-jobs/actors'
import { JobControl } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { defineJob } from '@danbooru-jobs/contracts'
import { jobHeader } from '@danbooru-jobs/contracts/wire'
import { headers } from '@nats-io/transport-node'
import { pino } from 'pino'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { makeBed } from './harness.ts'

const define = (name: string) => defineJob({ name, title: name, payload: z.object({}) })

test('a waiting job that cannot be settled is logged and comes back; the process lives', async () => {
  await using bed = await makeBed()
  const [running, waiting] = [define('holds-the-slot'), define('waits-for-the-slot')]
  const gate = Promise.withResolvers<void>()
  let begun = 0
  const hold = async () => {
    begun++
    await gate.promise
    return done()
  }
  const lines: string[] = []
  const write = (line: string) => {
    if (line.includes('job cancelled')) throw new Error('the disk is full')
    lines.push(line)
  }
  const services = await runServices([worker(running, hold), worker(waiting, async () => done())], {
    settings: { natsUrl: bed.nats.url, ackWait: 1_000, maxThreads: 1, shutdownGrace: 0 },
    log: pino({ level: 'error' }, { write }),
    handleSignals: false,
  })
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    await bed.enqueue(running, {})
    await until(() => begun === 1)
    const carried = headers()
    carried.set(jobHeader.id, 'stubborn')
    const { seq } = await bed.js.publish('jobs.waits-for-the-slot', '{}', { headers: carried })
    const control = new JobControl(bed.connection, bed.js, bed.jsm, systemClock)
    await until(async () => (await control.running(waiting.name)).length === 1)
    const job = { id: 'stubborn', type: waiting.name, streamSequence: seq }
    assert.equal((await control.cancel(job, 'tester')).kind, 'removed')
    await until(() => lines.some((line) => line.includes('could not be settled; it will be redelivered')))
    gate.resolve()
    await until(async () => (await bed.jsm.consumers.info('JOBS', waiting.name)).num_redelivered === 1)
    assert.deepEqual(unhandled, [])
  } finally {
    gate.resolve()
    process.off('unhandledRejection', note)
    await services.stop()
  }
})
