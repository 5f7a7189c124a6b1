import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cancel, discard, done, type Outcome, retry, snooze, worker } from '@danbooru-jobs/actors'
import { limitUse, waitingJobs } from '@danbooru-jobs/actors/operate'
import { defineJob, type LimitOptions } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../../test/harness/index.ts'
import { type Bed, makeBed } from '../harness.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

const payload = z.object({ n: z.number().default(0), user: z.string().default('u') })
type Payload = z.output<typeof payload>

const perUser = (name: string, max: number): LimitOptions<Payload> => ({ name, key: ({ user }) => user, max })

function jobOf(name: string, limits: readonly LimitOptions<Payload>[], more: object = {}) {
  return defineJob({ name, title: name, payload, delivery: { limits, ...more } })
}

/** A handler whose jobs run until the test decides how they end; it records which jobs ran, and how many at once of each user. */
function gate() {
  const started: (Payload & { attempt: number; end: (outcome?: Outcome) => void })[] = []
  const now = new Map<string, number>()
  const most = new Map<string, number>()
  return {
    started,
    most,
    handle: async (job: Payload, { attempt }: { attempt: number }) => {
      const { promise, resolve } = Promise.withResolvers<Outcome | undefined>()
      const running = (now.get(job.user) ?? 0) + 1
      now.set(job.user, running)
      most.set(job.user, Math.max(most.get(job.user) ?? 0, running))
      started.push({ ...job, attempt, end: resolve })
      const outcome = await promise
      now.set(job.user, running - 1)
      return outcome
    },
    async next(index: number) {
      return until(() => started[index], { what: `job ${index} to start` })
    },
  }
}

const waiting = async (jobType: string) => {
  const services = await running
  return waitingJobs(services.runtime.sql().run, { jobTypes: [jobType] })
}
let running: ReturnType<Bed['run']>

type Type = ReturnType<typeof jobOf>

async function run(type: Type, handle: Parameters<typeof worker<Type>>[1]) {
  running = bed.run([worker(type, handle, { concurrency: 10 })], { maxThreads: 50 })
  return running
}

async function emptyOf(type: string): Promise<void> {
  await until(
    async () => {
      const info = await bed.jsm.streams.info('JOBS', { subjects_filter: '>' })
      return Object.keys(info.state.subjects ?? {}).every((subject) => subject.split('.')[1] !== type)
    },
    { what: `the queue of ${type} to be empty` },
  )
}

describe('a limit on how many run at once', () => {
  test('parks what is too much, by key, and lets it start in its order without using an attempt', async () => {
    const type = jobOf('per-user', [perUser('per-user', 1)])
    const { started, handle, next, most } = gate()
    await run(type, handle)
    const ids: string[] = []
    for (const n of [1, 2, 3]) {
      ids.push(await bed.enqueue(type, { n, user: 'a' }))
      await next(0)
      await until(async () => (await waiting('per-user')).length === n - 1)
    }
    await bed.enqueue(type, { n: 4, user: 'b' })
    await until(() => started.length === 2)
    assert.deepEqual(started.map(({ n }) => n).sort(), [1, 4])
    const [second, third] = await waiting('per-user')
    assert.equal(second?.jobId, ids[1])
    assert.deepEqual(
      [third?.limit, third?.key, third?.ahead, third?.until, third?.isReleased],
      ['per-user', 'a', 1, undefined, false],
    )
    for (const one of started) one.end()
    const two = await next(2)
    assert.deepEqual([two.n, two.attempt], [2, 1])
    two.end()
    const three = await next(3)
    assert.deepEqual([three.n, three.attempt], [3, 1])
    three.end()
    await emptyOf('per-user')
    assert.equal(most.get('a'), 1)
    await nothingLeft()
  })

  const endings: readonly [string, Outcome | undefined][] = [
    ['done', done()],
    ['discarded', discard('no')],
    ['cancelled', cancel('no')],
    ['snoozed', snooze('1h')],
    ['failed', retry('no')],
  ]
  for (const [name, outcome] of endings) {
    test(`the next one starts when the holder is ${name}`, async () => {
      const type = jobOf(`ends-${name}`, [{ name: `ends-${name}`, max: 1 }], {
        backOff: { kind: 'list', delays: ['1h'] },
      })
      const { handle, next } = gate()
      await run(type, handle)
      await bed.enqueue(type, { n: 1 })
      const first = await next(0)
      await bed.enqueue(type, { n: 2 })
      await until(async () => (await waiting(type.name)).length === 1)
      first.end(outcome)
      const second = await next(1)
      assert.equal(second.n, 2)
      second.end()
    })
  }

  test('a discarded job that never reached its handler leaves nothing behind', async () => {
    const type = jobOf('strict-limit', [{ name: 'strict-limit', max: 1 }])
    await run(type, async () => done())
    await bed.js.publish('jobs.strict-limit', '{"n":"x"}')
    await emptyOf('strict-limit')
  })

  test('several limits at once: each holds, and every job starts at some time', async () => {
    const type = jobOf('two-limits', [perUser('two-user', 2), { name: 'two-all', max: 3 }])
    let now = 0
    let most = 0
    const users = new Map<string, number>()
    let mostOfUser = 0
    let ended = 0
    await run(type, async ({ user }) => {
      most = Math.max(most, ++now)
      users.set(user, (users.get(user) ?? 0) + 1)
      mostOfUser = Math.max(mostOfUser, users.get(user) ?? 0)
      await new Promise((resolve) => setImmediate(resolve))
      now--
      users.set(user, (users.get(user) ?? 0) - 1)
      ended++
      return done()
    })
    await Promise.all(Array.from({ length: 120 }, (_, n) => bed.enqueue(type, { n, user: `u${n % 4}` })))
    await until(() => ended === 120, { what: 'all jobs to end', timeout: 60_000 })
    assert.ok(most <= 3 && mostOfUser <= 2, `${most} at once, ${mostOfUser} of one user`)
    await emptyOf('two-limits')
    await nothingLeft()
  })

  test('goes round over the keys when it frees up: one user with many jobs does not hold up the others', async () => {
    const type = jobOf('fair', [{ name: 'fair', max: 1 }], { fairBy: ({ user }: Payload) => user })
    const { started, handle, next } = gate()
    await run(type, handle)
    await bed.enqueue(type, { n: 0, user: 'first' })
    const first = await next(0)
    for (let n = 1; n <= 4; n++) {
      await bed.enqueue(type, { n, user: 'many' })
      await until(async () => (await waiting('fair')).length === n)
    }
    for (const [index, user] of ['x', 'y'].entries()) {
      await bed.enqueue(type, { n: 10 + index, user })
      await until(async () => (await waiting('fair')).length === 5 + index)
    }
    first.end()
    for (let index = 1; index <= 6; index++) (await next(index)).end()
    assert.deepEqual(
      started.map(({ n }) => n),
      [0, 1, 10, 11, 2, 3, 4],
    )
    await emptyOf('fair')
  })

  test('is shared by the job types that name it', async () => {
    const shared: LimitOptions<Payload> = { name: 'shared', max: 1 }
    const one = jobOf('shares-one', [shared])
    const other = jobOf('shares-other', [shared])
    const { handle, next } = gate()
    await run(one, handle)
    await bed.run([worker(other, handle)])
    await bed.enqueue(one, { n: 1 })
    const first = await next(0)
    await bed.enqueue(other, { n: 2 })
    await until(async () => (await waiting('shares-other')).length === 1)
    first.end()
    ;(await next(1)).end()
  })

  test('a unique job that is parked holds its key', async () => {
    const unique = { mode: 'while-queued', key: ({ user }: Payload) => user } as const
    const type = jobOf('parked-unique', [{ name: 'parked-unique', max: 1 }], { unique })
    const { handle, next } = gate()
    await run(type, handle)
    await bed.enqueue(type, { n: 1, user: 'a' })
    const first = await next(0)
    await bed.enqueue(type, { n: 2, user: 'b' })
    await until(async () => (await waiting('parked-unique')).length === 1)
    await assert.rejects(bed.enqueue(type, { n: 3, user: 'b' }), /wrong last sequence/)
    first.end()
    const second = await next(1)
    assert.equal(second.n, 2)
    await bed.enqueue(type, { n: 4, user: 'b' })
    second.end()
    ;(await next(2)).end()
    await emptyOf('parked-unique')
  })

  test('a service without a database is refused with one sentence', async () => {
    const { runServices } = await import('@danbooru-jobs/actors')
    const type = jobOf('no-database', [{ name: 'no-database', max: 1 }])
    const start = runServices([worker(type, async () => done())], {
      env: {},
      settings: { natsUrl: bed.nats.url, logLevel: 'silent' },
      handleSignals: false,
    })
    await assert.rejects(
      start,
      /^SettingError: DATABASE_URL is not set: no-database needs a PostgreSQL database, /,
    )
  })
})

describe('a limit on the rate', () => {
  test('a job too many waits for its own time, and has used no attempt', async () => {
    const type = jobOf('rated', [{ name: 'rated', rate: { max: 10, per: '5s', burst: 2 } }])
    const started: [number, number][] = []
    await run(type, async ({ n }, { attempt }) => {
      started.push([n, attempt])
      return done()
    })
    for (let n = 1; n <= 3; n++) await bed.enqueue(type, { n })
    const [third] = await until(async () => {
      const all = await waiting('rated')
      return all.length > 0 && all
    })
    assert.deepEqual([third?.limit, third?.key], ['rated', 'all'])
    assert.ok(third?.until && third.until > third.since)
    await until(() => started.length === 3)
    assert.deepEqual(started.sort(), [
      [1, 1],
      [2, 1],
      [3, 1],
    ])
    await emptyOf('rated')
    await nothingLeft()
  })
})

async function nothingLeft(): Promise<void> {
  const [left] = await bed.database.query<{ slots: string; parked: string; tokens: string }>(
    `select (select count(*) from jobs.limit_slots) as slots, (select count(*) from jobs.limit_parked) as parked,
            (select count(*) from jobs.limit_tokens) as tokens`,
  )
  assert.deepEqual(left, { slots: '0', parked: '0', tokens: '0' })
  const services = await running
  assert.deepEqual(await limitUse(services.runtime.sql().run), [])
}
