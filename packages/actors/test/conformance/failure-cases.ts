import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CancelledError,
  DiscardError,
  done,
  RecordGoneError,
  RetryableError,
  worker,
} from '@danbooru-jobs/actors'
import type { StartBackend } from './backend.ts'
import { ownType, quick } from './job-types.ts'

export function failureCases(start: StartBackend): void {
  const errors: [string, () => Error, string, RegExp][] = [
    ['any error', () => new TypeError('broken'), 'discarded', /^attempts-exhausted: .* TypeError: broken$/],
    [
      'RetryableError',
      () => new RetryableError('busy', { after: '10ms' }),
      'discarded',
      /^attempts-exhausted: /,
    ],
    ['DiscardError', () => new DiscardError('never'), 'discarded', /^discarded: never$/],
    [
      'RecordGoneError',
      () => new RecordGoneError('post', 7),
      'discarded',
      /^record-gone: post #7 does not exist$/,
    ],
    ['CancelledError', () => new CancelledError('unwanted'), 'cancelled', /^cancelled: unwanted$/],
  ]
  for (const [name, make, end, reason] of errors) {
    test(`${name} leads to ${end}`, async () => {
      const type = ownType({ attempts: 2, backOff: quick })
      await using jobs = await start([
        worker(type, async () => {
          throw make()
        }),
      ])
      const result = await jobs.publisher.enqueue(type, { n: 1 })
      const id = result.status === 'accepted' ? result.id : ''
      await jobs.until(() => jobs.record(id)?.end)
      assert.equal(jobs.record(id)?.end, end)
      assert.match(jobs.record(id)?.reason ?? '', reason)
    })
  }

  test('an attempt beyond its time limit is aborted and counts as failed', async () => {
    const type = ownType({ attempts: 2, timeLimit: '50ms', backOff: quick })
    const attempts: number[] = []
    await using jobs = await start([
      worker(type, async (_, job) => {
        attempts.push(job.attempt)
        if (job.attempt === 2) return done()
        await new Promise((_resolve, reject) => {
          job.signal.addEventListener('abort', () => reject(new Error('stopped')))
        })
      }),
    ])
    const result = await jobs.publisher.enqueue(type, { n: 1 })
    const id = result.status === 'accepted' ? result.id : ''
    await jobs.until(() => jobs.record(id)?.end === 'done')
    assert.deepEqual(attempts, [1, 2])
    assert.equal(jobs.record(id)?.errors[0]?.code, 'time-limit-exceeded')
  })

  test('a crash counts one attempt', async () => {
    const type = ownType()
    const attempts: number[] = []
    await using jobs = await start([
      worker(type, async (_, job) => {
        attempts.push(job.attempt)
        if (job.attempt > 1) return done()
        await untilAborted(job.signal)
      }),
    ])
    const result = await jobs.publisher.enqueue(type, { n: 1 })
    await jobs.until(() => attempts.length === 1)
    await jobs.crash()
    await jobs.until(() => result.status === 'accepted' && jobs.record(result.id)?.end === 'done')
    assert.deepEqual(attempts, [1, 2])
  })

  test('the third crash in a row quarantines the job', async () => {
    const type = ownType({ attempts: 10 })
    let begun = 0
    await using jobs = await start([
      worker(type, async (_, job) => {
        begun++
        await untilAborted(job.signal)
      }),
    ])
    const result = await jobs.publisher.enqueue(type, { n: 1 })
    const id = result.status === 'accepted' ? result.id : ''
    for (let crash = 1; crash <= 3; crash++) {
      await jobs.until(() => begun === crash)
      await jobs.crash()
    }
    await jobs.until(() => jobs.record(id)?.end === 'discarded')
    assert.match(jobs.record(id)?.reason ?? '', /^crashed: the job took its worker down 3 times in a row/)
    assert.equal(begun, 3)
  })

  test('a restart puts a running job back and counts no attempt', async () => {
    const type = ownType({ attempts: 1 })
    const attempts: number[] = []
    await using jobs = await start([
      worker(type, async (_, job) => {
        attempts.push(job.attempt)
        if (attempts.length > 1) return done()
        await untilAborted(job.signal)
      }),
    ])
    const result = await jobs.publisher.enqueue(type, { n: 1 })
    await jobs.until(() => attempts.length === 1)
    await jobs.restart()
    await jobs.until(() => result.status === 'accepted' && jobs.record(result.id)?.end === 'done')
    assert.deepEqual(attempts, [1, 1])
  })
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
