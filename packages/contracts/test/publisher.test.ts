import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import {
  deactivateUser,
  deleteUser,
  modActionCreated,
  populateSavedSearch,
  regeneratePost,
} from '../src/danbooru/index.ts'
import {
  connectPublisher,
  createPublisher,
  defineJob,
  type EnqueueMiddleware,
  job,
  type Publisher,
} from '../src/index.ts'
import { stableId, streamName } from '../src/wire.ts'
import { startNats, type TestNats } from './nats.ts'

let nats: TestNats
let publisher: Publisher
const post = { postId: 1, userId: 2 }
const stored = async (subject: string) => {
  const info = await nats.manager.streams.info(streamName.jobs, { subjects_filter: subject })
  return Object.values(info.state.subjects ?? {}).reduce((sum, count) => sum + count, 0)
}

before(async () => {
  nats = await startNats()
  publisher = await connectPublisher({ servers: nats.url, name: 'test' })
})
after(async () => {
  await publisher.close()
  await nats.stop()
})

describe('enqueue', () => {
  test('accepts, and answers with where the job is', async () => {
    const result = await publisher.enqueue(regeneratePost, post, { id: 'accepted', actor: 'me' })
    assert.equal(result.status, 'accepted')
    assert.ok(result.status === 'accepted')
    assert.deepEqual([result.id, result.stream], ['accepted', 'JOBS'])
    const message = await nats.manager.streams.getMessage('JOBS', { seq: result.sequence })
    assert.deepEqual(message?.json(), post)
    assert.equal(message?.header.get('Job-Actor'), 'me')
  })

  test('stores the same id once', async () => {
    const first = await publisher.enqueue(regeneratePost, post, { id: 'twice' })
    const second = await publisher.enqueue(regeneratePost, post, { id: 'twice' })
    assert.ok(first.status === 'accepted')
    assert.deepEqual(second, { status: 'duplicate', id: 'twice', sequence: first.sequence })
  })

  test('refuses a second job of a key, queued or delayed', async () => {
    for (const [userId, delay] of [
      [10, 0],
      [11, '1h'],
    ] as const) {
      const first = await publisher.enqueue(deleteUser, { userId }, { delay, id: `first-${userId}` })
      assert.equal(first.status, 'accepted')
      for (const options of [{}, { delay: '1m' }] as const) {
        const second = await publisher.enqueue(deleteUser, { userId }, options)
        assert.deepEqual(second, { status: 'already-queued', key: `${userId}-all` })
      }
      const other = await publisher.enqueue(deleteUser, { userId, part: 'settings' })
      assert.equal(other.status, 'accepted')
      const again = await publisher.enqueue(deleteUser, { userId }, { delay, id: `first-${userId}` })
      assert.equal(again.status, 'duplicate', 'the same job sent again is not another one')
    }
  })

  test('reports a key that is not plain text as it was given', async () => {
    const query = 'order:score 1girl.* >'
    await publisher.enqueue(populateSavedSearch, { query })
    const second = await publisher.enqueue(populateSavedSearch, { query })
    assert.deepEqual(second, { status: 'already-queued', key: query })
  })

  test('cancels a delayed job by key or id, once', async () => {
    await publisher.enqueue(deleteUser, { userId: 12 }, { delay: '1h' })
    await publisher.enqueue(regeneratePost, post, { delay: '1h', id: 'later' })
    assert.equal(await publisher.cancelDelayed(deleteUser, '12-all'), true)
    assert.equal(await publisher.cancelDelayed(deleteUser, '12-all'), false)
    assert.equal(await publisher.cancelDelayed(regeneratePost, 'later'), true)
    assert.equal((await publisher.enqueue(deleteUser, { userId: 12 })).status, 'accepted')
  })
})

describe('enqueueAtomically', () => {
  test('stores all, with their sequences', async () => {
    const result = await publisher.enqueueAtomically([
      job(deleteUser, { userId: 20 }),
      job(regeneratePost, post, { id: 'in-batch' }),
      job(deleteUser, { userId: 21 }),
    ])
    assert.ok(result.status === 'accepted')
    const second = result.jobs[1]
    assert.ok(second)
    const message = await nats.manager.streams.getMessage('JOBS', { seq: second.sequence })
    assert.equal(message?.header.get('Job-Id'), 'in-batch')
  })

  test('stores none if one is there already, and names it', async () => {
    await publisher.enqueue(deleteUser, { userId: 31 })
    await publisher.enqueue(deleteUser, { userId: 33 }, { delay: '1h' })
    const jobs = [30, 31, 32, 33].map((userId) => job(deleteUser, { userId }))
    const result = await publisher.enqueueAtomically(jobs)
    const refused = [
      { index: 1, key: '31-all' },
      { index: 3, key: '33-all' },
    ]
    assert.deepEqual(result, { status: 'already-queued', refused })
    assert.equal(await stored('jobs.delete-user.30-all'), 0)
    assert.equal(await stored('jobs.delete-user.32-all'), 0)
  })

  test('refuses the same key twice in one batch', async () => {
    const result = await publisher.enqueueAtomically(
      [40, 41, 40].map((userId) => job(deleteUser, { userId })),
    )
    assert.deepEqual(result, { status: 'already-queued', refused: [{ index: 2, key: '40-all' }] })
    assert.equal(await stored('*.delete-user.4*'), 0)
  })

  test('is a duplicate when sent again, unique or not', async () => {
    for (const jobs of [
      [job(regeneratePost, post, { id: 'b1' }), job(regeneratePost, post, { id: 'b2' })],
      [job(deleteUser, { userId: 45 }, { id: 'b3' }), job(deleteUser, { userId: 46 }, { id: 'b4' })],
    ]) {
      assert.equal((await publisher.enqueueAtomically(jobs)).status, 'accepted')
      assert.deepEqual(await publisher.enqueueAtomically(jobs), { status: 'duplicate' })
    }
  })

  test('delayed and immediate jobs together are all stored', async () => {
    const result = await publisher.enqueueAtomically([
      job(deleteUser, { userId: 50 }, { delay: '1h' }),
      job(deleteUser, { userId: 51 }),
    ])
    assert.equal(result.status, 'accepted')
    assert.equal(await stored('schedules.delete-user.50-all'), 1)
    const both = await publisher.enqueueAtomically([50, 51].map((userId) => job(deleteUser, { userId })))
    assert.ok(both.status === 'already-queued')
    assert.deepEqual(
      both.refused.map(({ index }) => index),
      [0, 1],
    )
  })

  test('an invalid payload stops the batch before anything is sent', async () => {
    const jobs = [job(deleteUser, { userId: 60 }), job(deleteUser, { userId: -1 })]
    await assert.rejects(publisher.enqueueAtomically(jobs), { code: 'payload-invalid' })
    assert.equal(await stored('jobs.delete-user.60-all'), 0)
  })

  test('has its limits', async () => {
    assert.deepEqual(await publisher.enqueueAtomically([]), { status: 'accepted', jobs: [] })
    const tooMany = Array.from({ length: 1_001 }, () => job(regeneratePost, post))
    await assert.rejects(publisher.enqueueAtomically(tooMany), RangeError)
  })

  test('more batches at once than the server takes are all stored', async () => {
    const many = defineJob({ name: 'many', title: 'Many', payload: z.object({}) })
    const batch = () => publisher.enqueueAtomically(Array.from({ length: 100 }, () => job(many, {})))
    const results = await Promise.all(Array.from({ length: 80 }, batch))
    assert.ok(results.every(({ status }) => status === 'accepted'))
    assert.equal(await stored('jobs.many'), 8_000)
  })
})

describe('enqueueMany', () => {
  const bulk = defineJob({ name: 'bulk', title: 'Bulk', payload: z.object({ n: z.int() }) })
  async function* numbers(count: number) {
    for (let n = 0; n < count; n++) yield job(bulk, { n })
  }

  test('stores everything in chunks and reports', async () => {
    const seen: number[] = []
    const onProgress = ({ processed }: { processed: number }) => seen.push(processed)
    const result = await publisher.enqueueMany(numbers(2_500), {
      id: 'first',
      chunkSize: 1_000,
      onProgress,
    })
    assert.deepEqual(result, {
      id: 'first',
      processed: 2_500,
      enqueued: 2_500,
      duplicates: 0,
      alreadyQueued: 0,
    })
    assert.deepEqual(seen, [1_000, 2_000, 2_500])
    assert.equal(await stored('jobs.bulk'), 2_500)
  })

  test('adds only what is missing when repeated or resumed', async () => {
    const before = await stored('jobs.bulk')
    const again = await publisher.enqueueMany(numbers(2_600), { id: 'first', chunkSize: 600 })
    assert.deepEqual([again.enqueued, again.duplicates], [100, 2_500])
    const resumed = await publisher.enqueueMany(numbers(2_700), { id: 'first', startAt: 2_600 })
    assert.deepEqual([resumed.enqueued, resumed.duplicates, resumed.processed], [100, 0, 2_700])
    assert.equal(await stored('jobs.bulk'), before + 200)
  })

  test('leaves out keys that are taken, also within the bulk', async () => {
    await publisher.enqueue(deleteUser, { userId: 71 })
    const users = [70, 71, 72, 70].map((userId) => job(deleteUser, { userId }))
    const result = await publisher.enqueueMany(users, { id: 'users' })
    assert.deepEqual([result.enqueued, result.alreadyQueued], [2, 2])
    const message = await nats.manager.streams.getMessage('JOBS', { last_by_subj: 'jobs.delete-user.72-all' })
    assert.equal(message?.header.get('Job-Id'), stableId('users', 2))
  })

  test('a chunk sees the one before it', async () => {
    const users = [80, 81, 80, 82, 81].map((userId) => job(deleteUser, { userId }))
    const result = await publisher.enqueueMany(users, { id: 'ahead', chunkSize: 2 })
    assert.deepEqual([result.processed, result.enqueued, result.alreadyQueued], [5, 3, 2])
  })

  test('an invalid payload, or an error of the iterable, stores nothing of its chunk', async () => {
    const refused = new Error('no more numbers')
    async function* broken() {
      yield* numbers(5)
      throw refused
    }
    const invalid = [...(await Array.fromAsync(numbers(5))), job(bulk, { n: 0.5 }), job(bulk, { n: 6 })]
    for (const [id, jobs, error] of [
      ['invalid', invalid, { code: 'payload-invalid' }],
      ['broken', broken(), refused],
    ] as const) {
      const before = await stored('jobs.bulk')
      const seen: number[] = []
      const onProgress = ({ processed }: { processed: number }) => seen.push(processed)
      await assert.rejects(publisher.enqueueMany(jobs, { id, chunkSize: 2, onProgress }), error)
      assert.deepEqual(seen, [2, 4])
      assert.equal(await stored('jobs.bulk'), before + 4)
    }
  })

  test('nothing is stored after a chunk that failed', async () => {
    const before = await stored('jobs.bulk')
    let chunks = 0
    const failing = createPublisher(nats.connection, {
      middleware: [
        (jobs, next) => {
          if (++chunks === 2) throw new Error('refused by a step')
          return next(jobs)
        },
      ],
    })
    const many = failing.enqueueMany(numbers(6), { id: 'failing', chunkSize: 2 })
    await assert.rejects(many, { message: 'refused by a step' })
    assert.equal(await stored('jobs.bulk'), before + 2)
  })
})

test('emit stores an event once', async () => {
  const event = {
    modActionId: 1,
    category: 'user_delete',
    categoryId: 2,
    creatorId: 3,
    description: 'deleted user #3',
    subjectType: 'User',
    subjectId: 3,
    createdAt: '2026-01-01T00:00:00Z',
  }
  assert.equal((await publisher.emit(modActionCreated, event, { id: 'e' })).status, 'accepted')
  assert.equal((await publisher.emit(modActionCreated, event, { id: 'e' })).status, 'duplicate')
})

describe('request', () => {
  test('no service answers', async () => {
    await assert.rejects(publisher.request(deactivateUser, { userId: 1, deleterId: 1 }), {
      code: 'no-responder',
    })
  })

  test('an answer is typed, a wrong or missing one is an error', async () => {
    const answers = ['{"status":"refused","errors":["Password is incorrect"]}', '{"status":"maybe"}']
    const service = nats.connection.subscribe(deactivateUser.subject, {
      callback: (_error, message) => {
        const answer = answers.shift()
        if (answer !== undefined) message.respond(answer)
      },
    })
    await nats.connection.flush()
    const ask = () => publisher.request(deactivateUser, { userId: 1, deleterId: 1 }, { timeout: 300 })
    assert.deepEqual(await ask(), { status: 'refused', errors: ['Password is incorrect'] })
    await assert.rejects(ask(), { code: 'payload-invalid' })
    await assert.rejects(ask(), { code: 'publish-timeout' })
    service.unsubscribe()
  })
})

describe('errors', () => {
  test('a message the server would hang up on is not sent', async () => {
    const query = 'x'.repeat(1_048_500)
    const wide = defineJob({ name: 'wide', title: 'Wide', payload: z.object({ query: z.string() }) })
    await assert.rejects(publisher.enqueue(wide, { query }), { code: 'payload-too-large', limit: 1_048_576 })
    assert.equal((await publisher.enqueue(wide, { query: 'x' })).status, 'accepted')
  })

  test('no stream, or one that is not as declared', async (t) => {
    const bare = await startNats({ streams: false })
    t.after(() => bare.stop())
    const lonely = createPublisher(bare.connection)
    await assert.rejects(lonely.enqueue(regeneratePost, post), { code: 'no-stream' })
    await assert.rejects(lonely.enqueueAtomically([job(regeneratePost, post)]), { code: 'no-stream' })
    await bare.manager.streams.add({
      name: 'JOBS',
      subjects: ['jobs.>', 'schedules.>'],
      retention: 'workqueue',
    })
    const later = lonely.enqueue(regeneratePost, post, { delay: '1h' })
    await assert.rejects(later, { code: 'publish-refused', serverCode: 10188 })
    const batch = lonely.enqueueAtomically([job(regeneratePost, post), job(regeneratePost, post)])
    await assert.rejects(batch, { code: 'publish-refused', serverCode: 10174 })
  })
})

test('middleware sees and changes what is enqueued, for one and for many', async () => {
  const seen: number[] = []
  const actAs: EnqueueMiddleware = (jobs, next) => {
    seen.push(jobs.length)
    return next(jobs.map((one) => ({ ...one, options: { ...one.options, actor: '7' } })))
  }
  const acting = createPublisher(nats.connection, { middleware: [actAs] })
  const one = await acting.enqueue(regeneratePost, post)
  await acting.enqueueAtomically([job(regeneratePost, post), job(regeneratePost, post)])
  assert.deepEqual(seen, [1, 2])
  assert.ok(one.status === 'accepted')
  const message = await nats.manager.streams.getMessage('JOBS', { seq: one.sequence })
  assert.equal(message?.header.get('Job-Actor'), '7')
})

test('a middleware that adds or removes jobs is an error, and nothing is stored', async () => {
  const counting: readonly EnqueueMiddleware[] = [
    (jobs, next) => next([...jobs, ...jobs]),
    (_jobs, next) => next([]),
  ]
  const before = await stored('jobs.>')
  for (const step of counting) {
    const changing = createPublisher(nats.connection, { middleware: [step] })
    const message = /it may change jobs, but neither add nor remove any/
    await assert.rejects(changing.enqueue(regeneratePost, post), message)
    await assert.rejects(changing.enqueueAtomically([job(regeneratePost, post)]), message)
    await assert.rejects(changing.enqueueMany([job(regeneratePost, post)]), message)
  }
  assert.equal(await stored('jobs.>'), before)
})
