import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type Database, openDatabase, systemClock } from '@danbooru-jobs/actors/program'
import fc from 'fast-check'
import pg from 'pg'
import { freshDatabase, type TestDatabase, until } from '../../../../test/harness/index.ts'
import type { AskedLimit } from '../../src/admission/claim.ts'
import { LimitStore } from '../../src/admission/limit-store.ts'
import { MemoryLimits } from '../../src/testing/memory/memory-limits.ts'

let server: TestDatabase
let database: Database
let store: LimitStore
before(async () => {
  server = await freshDatabase()
  const settings = { url: server.url, poolSize: 10, name: 'test' }
  database = await openDatabase(settings, { entities: [] }, systemClock, randomUUID)
  store = new LimitStore(database)
})
after(async () => {
  await database.close()
  await server[Symbol.asyncDispose]()
})

const start = new Date('2026-01-01T00:00:00Z')
const at = (milliseconds: number) => new Date(start.getTime() + milliseconds)

function claim(jobId: string, limits: readonly AskedLimit[], now = start) {
  const lane = JSON.stringify(limits)
  const by = { jobId, jobType: 't', sequence: 1, place: `t.${jobId}` }
  return store.claim({ limits, lane, parking: `t.${jobId}`, queue: undefined }, by, now)
}

describe('a rate', () => {
  test('gives away times that are a step apart once its burst is used up', async () => {
    const limits = [{ name: 'rate', key: 'k', step: 500, burst: 2 }]
    const times: (number | undefined)[] = []
    for (let n = 0; n < 5; n++) {
      const { kind, until } = await claim(`r${n}`, limits)
      times.push(kind === 'granted' ? 0 : until && until.getTime() - start.getTime())
    }
    assert.deepEqual(times, [0, 0, 500, 1_000, 1_500])
  })

  test('keeps the time of a job that comes too early, and takes it when it is due', async () => {
    const limits = [{ name: 'rate-kept', key: 'k', step: 1_000, burst: 1 }]
    await claim('first', limits)
    assert.equal((await claim('second', limits)).kind, 'later')
    assert.equal((await claim('third', limits)).until?.getTime(), at(2_000).getTime())
    assert.equal((await claim('second', limits, at(999))).until?.getTime(), at(1_000).getTime())
    assert.equal((await claim('second', limits, at(1_000))).kind, 'granted')
  })

  test('fills up again while it is quiet', async () => {
    const limits = [{ name: 'rate-quiet', key: 'k', step: 1_000, burst: 2 }]
    for (const [job, now, kind] of [
      ['a', 0, 'granted'],
      ['b', 0, 'granted'],
      ['c', 5_000, 'granted'],
      ['d', 5_000, 'granted'],
      ['e', 5_000, 'later'],
    ] as const) {
      assert.equal((await claim(`quiet-${job}`, limits, at(now))).kind, kind)
    }
  })
})

describe('a slot', () => {
  const limits = [{ name: 'slot', key: 'k', max: 1 }]

  test('belongs to the job: it has it again after a crash, and others wait', async () => {
    assert.equal((await claim('holder', limits)).kind, 'granted')
    assert.equal((await claim('holder', limits)).kind, 'granted')
    assert.equal((await claim('other', limits)).kind, 'parked')
    assert.equal((await claim('other', limits)).kind, 'parked')
    assert.deepEqual(await store.leave('holder', limits, undefined, start), [
      { job_id: 'other', place: 't.other' },
    ])
    assert.equal((await claim('newcomer', limits)).kind, 'parked')
    assert.equal((await claim('other', limits)).kind, 'granted')
    for (const job of ['other', 'newcomer']) await store.leave(job, limits, undefined, start)
  })

  test('a higher maximum admits waiting jobs', async () => {
    const two = [{ name: 'slot-raised', key: 'k', max: 2 }]
    const one = [{ name: 'slot-raised', key: 'k', max: 1 }]
    await claim('raised-a', one)
    await claim('raised-b', one)
    assert.deepEqual(await store.waitingWithRoom(one, 10), [])
    assert.deepEqual(await store.waitingWithRoom(two, 10), two)
    assert.deepEqual(await store.leave(null, two, undefined, start), [
      { job_id: 'raised-b', place: 't.raised-b' },
    ])
  })
})

/** A system of jobs that come and end in any order, each needing one key of some limits. */
const workload = fc.record({
  max: fc.record({
    a: fc.integer({ min: 1, max: 3 }),
    b: fc.integer({ min: 1, max: 3 }),
    c: fc.integer({ min: 1, max: 2 }),
  }),
  jobs: fc.array(
    fc.record({
      a: fc.option(fc.constantFrom('1', '2')),
      b: fc.option(fc.constantFrom('1', '2', '3')),
      c: fc.option(fc.constant('1')),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  choices: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
})

describe('any order of starts and ends', () => {
  test('never exceeds a limit and lets every job run', async () => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(workload, async ({ max, jobs, choices }) => {
        await drive(`p${++round}`, max, jobs, choices)
      }),
      { numRuns: 25 },
    )
  })

  test('many at once: no deadlock, no leak', async () => {
    const limits = (n: number): AskedLimit[] => [
      { name: 'storm-a', key: String(n % 2), max: 3 },
      { name: 'storm-b', key: String(n % 3), max: 2 },
    ]
    const places = new Map<string, number>()
    const runs = new Set<number>()
    const attempt = async (n: number): Promise<void> => {
      const answer = await claim(`storm-${n}`, limits(n))
      await Promise.all(answer.called.map(({ job_id }) => attempt(places.get(job_id) ?? -1)))
      if (answer.kind !== 'granted' || runs.has(n)) return
      runs.add(n)
      const called = await store.leave(`storm-${n}`, limits(n), undefined, start)
      await Promise.all(called.map(({ job_id }) => attempt(places.get(job_id) ?? -1)))
    }
    for (let n = 0; n < 200; n++) places.set(`storm-${n}`, n)
    await Promise.all(Array.from({ length: 200 }, (_, n) => attempt(n)))
    assert.equal(runs.size, 200)
    const [left] = await server.query<{ n: string }>(
      `select (select count(*) from jobs.limit_slots where name like 'storm%') + (select count(*) from jobs.limit_parked where name like 'storm%') as n`,
    )
    assert.equal(left?.n, '0')
  })
})

describe('an ordered key', () => {
  const ordered = [{ name: 'order', key: 'k', max: 1 }]
  const arrive = (rank: number, first: number) => {
    const by = {
      jobId: `rank-${rank}`,
      jobType: 't',
      sequence: rank,
      place: `t.${rank}`,
      order: { rank, first },
    }
    return store.claim({ limits: ordered, lane: 'order', parking: `t.${rank}`, queue: 'q' }, by, start)
  }

  test('releases no job after the first that can be on its way to a worker', async () => {
    assert.equal((await arrive(10, 10)).kind, 'granted')
    // The key was empty up to 10 when its job ended; 11 is on its way, and 12 was parked before it.
    assert.equal((await arrive(12, 11)).kind, 'parked')
    assert.deepEqual(await store.leave('rank-10', ordered, 11, start), [])
    assert.equal((await arrive(11, 11)).kind, 'parked')
    const released = async (ended: string | null, first: number) =>
      (await store.leave(ended, ordered, first, start)).map(({ job_id }) => job_id)
    assert.deepEqual(await released(null, 11), ['rank-11'])
    assert.deepEqual(await released('rank-11', 13), ['rank-12'])
  })
})

describe('the locks of the buckets', () => {
  test('are taken in the order of their names, also those of new buckets', async () => {
    const asked = ['a', 'b'].map((name) => ({ name: `order-${name}`, key: 'k', max: 1 }))
    const lock = 'select jobs.limits_lock($1)'
    const [first, second] = [new pg.Client(server.url), new pg.Client(server.url)]
    await Promise.all([first.connect(), second.connect()])
    try {
      await server.query(lock, [JSON.stringify(asked.slice(1))])
      await first.query('begin')
      await second.query('begin')
      await first.query(lock, [JSON.stringify(asked.slice(0, 1))])
      const both = second.query(lock, [JSON.stringify(asked)])
      await until(async () => {
        const waiting = await server.query('select from pg_locks where not granted and locktype = $1', [
          'transactionid',
        ])
        return waiting.length > 0
      })
      await first.query(lock, [JSON.stringify(asked.slice(1))])
      await first.query('commit')
      await both
      await second.query('commit')
    } finally {
      await Promise.all([first.end(), second.end()])
    }
  })
})

describe('the limits in memory', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('claim' as const), job: fc.nat({ max: 7 }) }),
    fc.record({ kind: fc.constant('leave' as const), job: fc.nat({ max: 7 }) }),
    fc.record({ kind: fc.constant('confirm' as const), job: fc.nat({ max: 7 }) }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 5 }) }),
  )
  /** The limits of eight jobs: a key of each of four, or none. */
  const limits = fc.array(
    fc.record({
      a: fc.option(fc.constantFrom('1', '2')),
      b: fc.option(fc.constant('1')),
      r: fc.option(fc.constantFrom('1', '2')),
      s: fc.option(fc.constant('1')),
    }),
    { minLength: 8, maxLength: 8 },
  )

  test('decide like those in the database, whatever happens', async () => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(limits, fc.array(event, { minLength: 1, maxLength: 40 }), async (needs, events) => {
        const name = `lock-${++round}`
        const memory = new MemoryLimits()
        const asked = needs.map(({ a, b, r, s }): AskedLimit[] => [
          ...(a === null ? [] : [{ name: `${name}-a`, key: a, max: 2 }]),
          ...(b === null ? [] : [{ name: `${name}-b`, key: b, max: 1 }]),
          ...(r === null ? [] : [{ name: `${name}-r`, key: r, step: 1_000, burst: 2 }]),
          ...(s === null ? [] : [{ name: `${name}-s`, key: s, step: 2_000, burst: 1 }]),
        ])
        let now = start
        for (const one of events) {
          if (one.kind === 'wait') {
            now = new Date(now.getTime() + one.seconds * 1_000)
            continue
          }
          const jobId = `${name}-${one.job}`
          const own = asked[one.job] ?? []
          const [inDatabase, inMemory] = await Promise.all(
            [store, memory].map((limits) => {
              if (one.kind === 'confirm') return limits.confirmParked(jobId)
              if (one.kind === 'leave') return limits.leave(jobId, own, undefined, now)
              const by = { jobId, jobType: 't', sequence: 1, place: `t.${jobId}` }
              const claim = {
                limits: own,
                lane: JSON.stringify(own),
                parking: `t.${jobId}`,
                queue: undefined,
              }
              return limits.claim(claim, by, now)
            }),
          )
          assert.deepEqual(inMemory, inDatabase, JSON.stringify(one))
        }
      }),
      { numRuns: 60 },
    )
  })
})

type Needs = { a: string | null; b: string | null; c: string | null }

async function drive(
  round: string,
  max: { a: number; b: number; c: number },
  needs: readonly Needs[],
  choices: readonly number[],
) {
  const limitsOf = (need: Needs) =>
    (['a', 'b', 'c'] as const).flatMap((name) => {
      const key = need[name]
      return key === null ? [] : [{ name: `${round}-${name}`, key, max: max[name] }]
    })
  const running = new Map<string, AskedLimit[]>()
  const onTheWay: string[] = []
  const granted: string[] = []
  const limitsOfJob = (job: string) =>
    limitsOf(needs[Number(job.split('-')[1])] ?? { a: null, b: null, c: null })
  const arrive = async (job: string) => {
    const answer = await claim(job, limitsOfJob(job))
    onTheWay.push(...answer.called.map(({ job_id }) => job_id))
    if (answer.kind === 'granted') {
      running.set(job, limitsOfJob(job))
      granted.push(job)
    }
    assertWithin([...running.values()])
  }
  const coming = needs.map((_, index) => `${round}-${index}`)
  for (let step = 0; coming.length + onTheWay.length + running.size > 0; step++) {
    assert.ok(step < 1_000, 'nothing moves any more')
    const choice = (choices[step % choices.length] ?? 0) + step
    const [ending] = [...running.keys()].slice(choice % Math.max(1, running.size))
    if (choice % 3 === 0 && ending !== undefined) {
      const limits = running.get(ending) ?? []
      running.delete(ending)
      const called = await store.leave(ending, limits, undefined, start)
      onTheWay.push(...called.map(({ job_id }) => job_id))
    } else {
      const next =
        choice % 2 === 0 ? (onTheWay.shift() ?? coming.shift()) : (coming.shift() ?? onTheWay.shift())
      if (next !== undefined) await arrive(next)
    }
  }
  assert.equal(new Set(granted).size, needs.length)
}

function assertWithin(running: readonly (readonly AskedLimit[])[]): void {
  const taken = new Map<string, number>()
  for (const limit of running.flat()) {
    const bucket = `${limit.name}/${limit.key}`
    taken.set(bucket, (taken.get(bucket) ?? 0) + 1)
    if ('max' in limit) assert.ok((taken.get(bucket) ?? 0) <= limit.max, `${bucket} is exceeded`)
  }
}
