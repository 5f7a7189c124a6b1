import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancel, discard, done, type Outcome, retry, snooze, worker } from '@danbooru-jobs/actors'
import { job as request } from '@danbooru-jobs/contracts'
import { runtimeOptions } from '@danbooru-jobs/contracts/wire'
import type { Backend, StartBackend } from './backend.ts'
import { ownType, quick } from './job-types.ts'

async function accepted(jobs: Backend, type: ReturnType<typeof ownType>, notify?: string): Promise<string> {
  const result = await jobs.publisher.enqueue(
    type,
    { n: 1 },
    notify === undefined ? {} : runtimeOptions({ notify }),
  )
  assert.equal(result.status, 'accepted')
  return result.status === 'accepted' ? result.id : ''
}

export function outcomeCases(start: StartBackend): void {
  test('done takes the job off the queue; its result is kept', async () => {
    const type = ownType()
    await using jobs = await start([worker(type, async () => done({ lifted: 3 }))])
    const id = await accepted(jobs, type)
    await jobs.until(() => jobs.record(id)?.end === 'done' && jobs.record(id)?.result)
    assert.deepEqual(jobs.record(id)?.result, { lifted: 3 })
    assert.equal(await jobs.stored(type), 0)
  })

  test('returning nothing means done', async () => {
    const type = ownType()
    await using jobs = await start([worker(type, async () => undefined)])
    const id = await accepted(jobs, type)
    await jobs.until(() => jobs.record(id)?.end === 'done')
  })

  test('retry counts attempts up to the limit, then discards with the last error', async () => {
    const type = ownType({ attempts: 3, backOff: quick })
    const attempts: number[] = []
    await using jobs = await start([
      worker(type, async (_, job) => {
        attempts.push(job.attempt)
        return retry('no luck')
      }),
    ])
    const id = await accepted(jobs, type)
    await jobs.until(() => jobs.record(id)?.end === 'discarded')
    assert.deepEqual(attempts, [1, 2, 3])
    assert.equal(jobs.record(id)?.reason, 'attempts-exhausted: attempt 3 of 3 failed with Error: no luck')
    assert.equal(jobs.record(id)?.errors.length, 3)
  })

  test('a retry may name its own delay', async () => {
    const type = ownType({ attempts: 2, backOff: { kind: 'list', delays: ['7d'] } })
    await using jobs = await start([
      worker(type, async (_, job) => (job.attempt === 1 ? retry('later', '20ms') : done())),
    ])
    const id = await accepted(jobs, type)
    await jobs.until(() => jobs.record(id)?.end === 'done')
  })

  test('snooze counts no attempt, however often', async () => {
    const type = ownType({ attempts: 1 })
    const attempts: number[] = []
    await using jobs = await start([
      worker(type, async (_, job) => {
        attempts.push(job.attempt)
        return attempts.length < 4 ? snooze('10ms', 'not yet') : done()
      }),
    ])
    const id = await accepted(jobs, type)
    await jobs.until(() => attempts.length === 4 && jobs.record(id)?.end === 'done')
    assert.deepEqual(attempts, [1, 1, 1, 1])
  })

  test('discard keeps the job as a dead letter with its reason', async () => {
    const type = ownType()
    let runs = 0
    await using jobs = await start([
      worker(type, async () => {
        runs++
        return discard('no such post')
      }),
    ])
    const id = await accepted(jobs, type)
    await jobs.until(() => jobs.record(id)?.end === 'discarded')
    assert.equal(jobs.record(id)?.reason, 'discarded: no such post')
    assert.equal(runs, 1)
  })

  test('cancel ends the job and is no dead letter', async () => {
    const type = ownType()
    await using jobs = await start([worker(type, async () => cancel('changed my mind'))])
    const id = await accepted(jobs, type)
    await jobs.until(() => jobs.record(id)?.end === 'cancelled')
    assert.equal(jobs.record(id)?.reason, 'cancelled: changed my mind')
  })

  const ends: [string, Outcome, object][] = [
    ['done', done(5), { type: 'job.done', attempt: 1, result: 5 }],
    ['discarded', discard('bad'), { type: 'job.discarded', attempt: 1, reason: 'discarded: bad' }],
    ['cancelled', cancel('no'), { type: 'job.discarded', attempt: 1, reason: 'cancelled: no' }],
  ]
  for (const [what, outcome, expected] of ends) {
    test(`the subject of Job-Notify learns that the job is ${what}, before the job is off the queue`, async () => {
      const type = ownType()
      const heard: object[] = []
      await using jobs = await start([worker(type, async () => outcome)])
      jobs.connection.subscribe(`lifecycles.${type.name}.x`, {
        callback: (_error, message) => {
          heard.push(message.json<object>())
        },
      })
      await jobs.connection.flush()
      const id = await accepted(jobs, type, `lifecycles.${type.name}.x`)
      await jobs.until(() => jobs.record(id)?.end)
      await jobs.until(() => heard.length > 0)
      assert.deepEqual(heard, [{ jobId: id, jobType: type.name, ...expected }])
    })
  }

  test('progress and notes are kept with the job', async () => {
    const type = ownType()
    await using jobs = await start([
      worker(type, async (_, job) => {
        job.progress({ percent: 50 })
        job.note('half way')
        return done({})
      }),
    ])
    const id = await accepted(jobs, type)
    await jobs.until(() => jobs.record(id)?.end && jobs.record(id)?.progress)
    assert.deepEqual(jobs.record(id)?.progress, { percent: 50 })
    assert.deepEqual(jobs.record(id)?.lines, ['half way'])
  })

  test('a worker runs no more jobs at once than it may', async () => {
    const type = ownType()
    let [running, most, ended] = [0, 0, 0]
    await using jobs = await start([
      worker(
        type,
        async () => {
          most = Math.max(most, ++running)
          await new Promise((resolve) => setImmediate(resolve))
          running--
          ended++
          return done()
        },
        { concurrency: 2 },
      ),
    ])
    await jobs.publisher.enqueueMany(Array.from({ length: 20 }, (_, n) => request(type, { n })))
    await jobs.until(() => ended === 20)
    assert.equal(most, 2)
  })

  test('a type with maxRunning 1 never runs twice at once', async () => {
    const type = ownType({ maxRunning: 1 })
    let [running, most, ended] = [0, 0, 0]
    await using jobs = await start([
      worker(type, async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        ended++
        return done()
      }),
    ])
    await jobs.publisher.enqueueMany(Array.from({ length: 10 }, (_, n) => request(type, { n })))
    await jobs.until(() => ended === 10)
    assert.equal(most, 1)
  })

  test('a job that waits for its next attempt does not count for maxRunning', async () => {
    const type = ownType({ maxRunning: 1, backOff: { kind: 'list', delays: ['1h'] } })
    const started: number[] = []
    const handle = async ({ n }: { n: number }) => {
      started.push(n)
      return n === 1 ? retry('not yet') : done()
    }
    await using jobs = await start([worker(type, handle)])
    await jobs.publisher.enqueue(type, { n: 1 })
    await jobs.until(() => started.length === 1)
    await jobs.publisher.enqueue(type, { n: 2 })
    await jobs.until(() => started.length === 2)
    assert.deepEqual(started, [1, 2])
  })

  test('steps surround the handler, the process outermost, and see its outcome', async () => {
    const type = ownType()
    const order: string[] = []
    const step = (name: string) =>
      async function named(input: { payload: unknown }, next: (input: never) => Promise<Outcome>) {
        order.push(`${name} before`)
        const outcome = await next(input as never)
        order.push(`${name} ${outcome.kind}`)
        return outcome
      }
    const definition = worker(
      type,
      async () => {
        throw new TypeError('broken')
      },
      { middleware: [step('own')] },
    )
    await using jobs = await start([definition], { middleware: { perform: [step('process')] } })
    await accepted(jobs, type)
    await jobs.until(() => order.length >= 4)
    assert.deepEqual(order.slice(0, 4), ['process before', 'own before', 'own retry', 'process retry'])
  })
}
