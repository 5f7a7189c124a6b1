import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currentContext, done, snooze, worker } from '@danbooru-jobs/actors'
import { job as request } from '@danbooru-jobs/contracts'
import { jobHeader } from '@danbooru-jobs/contracts/wire'
import { headers } from '@nats-io/transport-node'
import type { StartBackend } from './backend.ts'
import { ownType } from './job-types.ts'

export function messageCases(start: StartBackend): void {
  test('a job runs once, with defaults filled in and unknown fields dropped', async () => {
    const type = ownType()
    const seen: unknown[] = []
    await using jobs = await start([worker(type, async (payload) => void seen.push(payload))])
    await jobs.publisher.enqueue(type, { n: 1, more: true } as { n: number })
    await jobs.until(() => seen.length > 0)
    assert.deepEqual(seen, [{ n: 1, word: 'none' }])
  })

  test('a bare message with no header is a job', async () => {
    const type = ownType()
    const ids: string[] = []
    await using jobs = await start([worker(type, async (_, job) => void ids.push(job.id))])
    jobs.connection.publish(`jobs.${type.name}`, '{"n":2}')
    await jobs.until(() => ids.length > 0)
    assert.match(ids.join(), /^JOBS-\d+$/)
  })

  for (const [what, body, reason] of [
    ['is not JSON', '{', /^payload-invalid: the body is not JSON/],
    ['does not fit', '{"n":"one"}', /^payload-invalid: n: /],
    ['is empty where a field is needed', '', /^payload-invalid: n: /],
  ] as const) {
    test(`a payload that ${what} is discarded and stops no other job`, async () => {
      const type = ownType()
      const seen: number[] = []
      await using jobs = await start([worker(type, async ({ n }) => void seen.push(n))])
      const carried = headers()
      carried.set(jobHeader.id, `bad-${type.name}`)
      jobs.connection.publish(`jobs.${type.name}`, body, { headers: carried })
      await jobs.until(() => jobs.record(`bad-${type.name}`)?.end === 'discarded')
      assert.match(jobs.record(`bad-${type.name}`)?.reason ?? '', reason)
      await jobs.publisher.enqueue(type, { n: 3 })
      await jobs.until(() => seen.length > 0)
      assert.deepEqual(seen, [3])
    })
  }

  test('the same id is stored once', async () => {
    const type = ownType()
    await using jobs = await start([worker(type, async () => done())])
    const first = await jobs.publisher.enqueue(type, { n: 1 }, { id: `twice-${type.name}` })
    const second = await jobs.publisher.enqueue(type, { n: 1 }, { id: `twice-${type.name}` })
    assert.deepEqual([first.status, second.status], ['accepted', 'duplicate'])
  })

  test('a delayed job waits for its time', async () => {
    const type = ownType()
    let runs = 0
    await using jobs = await start([worker(type, async () => void runs++)])
    await jobs.publisher.enqueue(type, { n: 1 }, { delay: '300ms' })
    assert.equal(runs, 0)
    assert.equal(await jobs.stored(type), 1)
    await jobs.until(() => runs === 1)
  })

  test('a time in the past means at once', async () => {
    const type = ownType()
    let runs = 0
    await using jobs = await start([worker(type, async () => void runs++)])
    await jobs.publisher.enqueue(type, { n: 1 }, { at: new Date(0) })
    await jobs.until(() => runs === 1)
  })

  test('a delayed job is cancelled by its id', async () => {
    const type = ownType()
    await using jobs = await start([worker(type, async () => done())])
    await jobs.publisher.enqueue(type, { n: 1 }, { delay: '1h', id: `later-${type.name}` })
    assert.equal(await jobs.publisher.cancelDelayed(type, `later-${type.name}`), true)
    assert.equal(await jobs.publisher.cancelDelayed(type, `later-${type.name}`), false)
    assert.equal(await jobs.stored(type), 0)
  })

  test('a unique job is refused while another is queued or running, and accepted after it', async () => {
    const type = ownType({ unique: { mode: 'while-queued-or-running', key: ({ word }) => word } })
    const gate = Promise.withResolvers<void>()
    let running = 0
    await using jobs = await start([
      worker(type, async () => {
        running++
        await gate.promise
        return done()
      }),
    ])
    const first = await jobs.publisher.enqueue(type, { n: 1, word: 'a' })
    await jobs.until(() => running === 1)
    assert.deepEqual(await jobs.publisher.enqueue(type, { n: 2, word: 'a' }), {
      status: 'already-queued',
      key: 'a',
    })
    assert.equal((await jobs.publisher.enqueue(type, { n: 3, word: 'b' })).status, 'accepted')
    gate.resolve()
    await jobs.until(() => first.status === 'accepted' && jobs.record(first.id)?.end === 'done')
    assert.equal((await jobs.publisher.enqueue(type, { n: 4, word: 'a' })).status, 'accepted')
  })

  test('a unique job is refused while another is delayed', async () => {
    const type = ownType({ unique: { mode: 'while-queued-or-running', key: ({ word }) => word } })
    await using jobs = await start([worker(type, async () => done())])
    await jobs.publisher.enqueue(type, { n: 1, word: 'a' }, { delay: '1h' })
    assert.equal((await jobs.publisher.enqueue(type, { n: 2, word: 'a' })).status, 'already-queued')
    await jobs.publisher.cancelDelayed(type, 'a')
  })

  test('a job that is unique while queued may run beside one that runs', async () => {
    const type = ownType({ unique: { mode: 'while-queued', key: ({ word }) => word } })
    const gate = Promise.withResolvers<void>()
    const running = new Set<number>()
    await using jobs = await start([
      worker(type, async ({ n }) => {
        running.add(n)
        await gate.promise
        return done()
      }),
    ])
    await jobs.publisher.enqueue(type, { n: 1, word: 'a' })
    await jobs.until(() => running.has(1))
    await jobs.publisher.enqueue(type, { n: 2, word: 'a' })
    await jobs.until(() => running.has(2))
    gate.resolve()
  })

  test('one runs and one is queued: the second starts when the first has ended', async () => {
    const type = ownType({
      unique: { mode: 'while-queued', key: ({ word }) => word },
      limits: [{ name: 'one-of-a-word', key: ({ word }) => word, max: 1 }],
    })
    const gate = Promise.withResolvers<void>()
    let [running, most, ended] = [0, 0, 0]
    await using jobs = await start(
      [
        worker(type, async ({ n }) => {
          most = Math.max(most, ++running)
          if (n === 1) await gate.promise
          running--
          ended++
          return done()
        }),
      ],
      { needs: 'limits' },
    )
    await jobs.publisher.enqueue(type, { n: 1, word: 'a' })
    await jobs.until(() => running === 1)
    assert.equal((await jobs.publisher.enqueue(type, { n: 2, word: 'a' })).status, 'accepted')
    gate.resolve()
    await jobs.until(() => ended === 2)
    assert.equal(most, 1)
  })

  test('several jobs are stored together or not at all', async () => {
    const type = ownType({ unique: { mode: 'while-queued-or-running', key: ({ word }) => word } })
    await using jobs = await start([worker(type, async () => done())])
    await jobs.publisher.enqueue(type, { n: 1, word: 'taken' }, { delay: '1h' })
    const later = { delay: '1h' } as const
    const refused = await jobs.publisher.enqueueAtomically([
      request(type, { n: 2, word: 'free' }, later),
      request(type, { n: 3, word: 'taken' }, later),
    ])
    assert.deepEqual(refused, { status: 'already-queued', refused: [{ index: 1, key: 'taken' }] })
    assert.equal(await jobs.stored(type), 1)
    await jobs.publisher.cancelDelayed(type, 'taken')
  })

  test('a bulk of jobs runs, every one', async () => {
    const type = ownType()
    const seen = new Set<number>()
    await using jobs = await start([worker(type, async ({ n }) => void seen.add(n))])
    const requests = Array.from({ length: 250 }, (_, n) => request(type, { n }))
    const progress = await jobs.publisher.enqueueMany(requests, { chunkSize: 100 })
    assert.equal(progress.enqueued, 250)
    await jobs.until(() => seen.size === 250)
  })

  test('a nested job inherits the actor of the first', async () => {
    const [outer, inner] = [ownType(), ownType()]
    const actors: (string | undefined)[] = []
    const publishers: { enqueue?: (n: number) => Promise<unknown> } = {}
    await using jobs = await start([
      worker(outer, async () => {
        assert.equal(currentContext().actor, 'user:7')
        await publishers.enqueue?.(2)
        return done()
      }),
      worker(inner, async (_, job) => void actors.push(job.actor)),
    ])
    publishers.enqueue = (n) => jobs.publisher.enqueue(inner, { n })
    await jobs.publisher.enqueue(outer, { n: 1 }, { actor: 'user:7' })
    await jobs.until(() => actors.length > 0)
    assert.deepEqual(actors, ['user:7'])
  })

  test('id, actor and the time of enqueueing survive a snooze', async () => {
    const type = ownType()
    const seen: unknown[] = []
    await using jobs = await start([
      worker(type, async (_, job) => {
        seen.push([job.id, job.actor, job.enqueuedAt.getTime(), job.attempt])
        return seen.length === 1 ? snooze('50ms') : done()
      }),
    ])
    await jobs.publisher.enqueue(
      type,
      { n: 1 },
      { actor: 'user:7', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    )
    await jobs.until(() => seen.length === 2)
    assert.deepEqual(seen[0], seen[1])
  })
}
