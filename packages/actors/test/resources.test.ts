import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { daemon, done, resource, worker } from '@danbooru-jobs/actors'
import { startTestJobs } from '@danbooru-jobs/actors/testing'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { type Bed, makeBed } from './harness.ts'

const events: string[] = []
const pool = resource({
  name: 'pool',
  open: () => {
    events.push('open pool')
    return { send: (text: string) => events.push(text) }
  },
  close: () => {
    events.push('close pool')
  },
})
const broken = resource({
  name: 'broken',
  open: async () => {
    throw new Error('no route to host')
  },
})
const typeOf = (name: string) => defineJob({ name, title: 'Sends', payload: z.object({}) })

beforeEach(() => {
  events.length = 0
})

describe('a resource of services on a server', () => {
  let bed: Bed
  before(async () => {
    bed = await makeBed()
  })
  after(() => bed[Symbol.asyncDispose]())

  test('is opened once for all of them, and closed when the last job has ended', async () => {
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const type = typeOf('sends')
    const sender = worker(
      type,
      async (_payload, _job, { resources }) => {
        resources.pool.send('started')
        started.resolve()
        await gate.promise
        resources.pool.send('ended')
        return done()
      },
      { resources: { pool } },
    )
    const pulse = daemon({
      name: 'pulse',
      title: 'Uses the pool',
      usesDatabase: false,
      resources: { shared: pool },
      start: async (_context, { resources }) => {
        resources.shared.send('daemon started')
        return {
          stop: async () => {
            resources.shared.send('daemon stopped')
          },
        }
      },
    })
    const services = await bed.run([pulse, sender], { shutdownGrace: 60_000 })
    await bed.enqueue(type, {})
    await started.promise
    const stopped = services.stop()
    gate.resolve()
    await stopped
    assert.deepEqual(events.slice(0, 3), ['open pool', 'daemon started', 'started'])
    assert.deepEqual(events.slice(3, -1).sort(), ['daemon stopped', 'ended'])
    assert.equal(events.at(-1), 'close pool')
  })

  test('that cannot be opened stops the start, and what was opened before is closed', async () => {
    const sender = worker(typeOf('sends-not'), async () => done(), { resources: { pool, broken } })
    await assert.rejects(
      bed.run([sender]),
      /^Error: the resource broken could not be opened: no route to host$/,
    )
    assert.deepEqual(events, ['open pool', 'close pool'])
  })
})

test('a crash of tested services leaves a resource open until the test ends', async () => {
  const sender = worker(typeOf('sends'), async () => done(), { resources: { pool } })
  {
    await using jobs = await startTestJobs([sender])
    await jobs.restart()
    assert.deepEqual(events, ['open pool', 'close pool', 'open pool'])
    await jobs.crash()
    assert.deepEqual(events.slice(3), ['open pool'])
  }
  assert.deepEqual(events.slice(4), ['close pool', 'close pool'])
})
