import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, retry, snooze, worker } from '@danbooru-jobs/actors'
import { createPublisher, defineJob, job, type Publisher, type Unique } from '@danbooru-jobs/contracts'
import { jobHeader, jobMessage, publishMessage, type UniqueMode } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { until } from '../../../../test/harness/index.ts'
import { type Bed, makeBed } from '../harness.ts'

let bed: Bed
let publisher: Publisher
before(async () => {
  bed = await makeBed()
  await bed.run([worker(jobOf('makes-the-streams', undefined), async () => done())])
  publisher = createPublisher(bed.connection)
})
after(() => bed[Symbol.asyncDispose]())

const payload = z.object({ n: z.number() })
type Payload = z.output<typeof payload>

function jobOf(name: string, unique: Unique<Payload> | undefined) {
  return defineJob({
    name,
    title: name,
    payload,
    delivery: { backOff: { kind: 'list', delays: ['1h'] }, ...(unique && { unique }) },
  })
}

function uniqueIn(mode: UniqueMode): Unique<Payload> {
  return mode === 'debounce' ? { mode, key: () => 'k', window: '1s' } : { mode, key: () => 'k' }
}

/** A worker whose jobs run until the test ends them. */
function gate() {
  const running: { n: number; attempt: number; end: PromiseWithResolvers<void> }[] = []
  return {
    running,
    started: (count: number) => until(() => running.length >= count && running[count - 1]),
    handle: async ({ n }: Payload, job: { attempt: number }) => {
      const end = Promise.withResolvers<void>()
      running.push({ n, attempt: job.attempt, end })
      await end.promise
      return undefined
    },
  }
}

const modes: readonly UniqueMode[] = ['while-queued', 'while-queued-or-running', 'debounce']

/** What becomes of a second job: the truth table of `UniqueMode`. */
const table: Record<UniqueMode, { delayed: string; queued: string; retrying: string; running: string }> = {
  'while-queued-or-running': {
    delayed: 'already-queued',
    queued: 'already-queued',
    retrying: 'already-queued',
    running: 'already-queued',
  },
  'while-queued': {
    delayed: 'already-queued',
    queued: 'already-queued',
    retrying: 'already-queued',
    running: 'accepted',
  },
  debounce: { delayed: 'accepted', queued: 'accepted', retrying: 'accepted', running: 'accepted' },
}

describe('a second job of a key', () => {
  for (const mode of modes) {
    const status = async (type: ReturnType<typeof jobOf>) =>
      (await publisher.enqueue(type, { n: 2 }, { delay: '1h' })).status

    test(`${mode}: while the first is delayed`, async () => {
      const type = jobOf(`delayed-${mode}`, uniqueIn(mode))
      await publisher.enqueue(type, { n: 1 }, { delay: '1h' })
      assert.equal(await status(type), table[mode].delayed)
    })

    test(`${mode}: while the first is queued`, async () => {
      const type = jobOf(`queued-${mode}`, uniqueIn(mode))
      await publisher.enqueue(type, { n: 1 }, { at: new Date(0) })
      assert.equal(await status(type), table[mode].queued)
    })

    test(`${mode}: while the first runs`, async () => {
      const type = jobOf(`running-${mode}`, uniqueIn(mode))
      const { handle, started } = gate()
      await bed.run([worker(type, handle)])
      await publisher.enqueue(type, { n: 1 }, { at: new Date(0) })
      const first = await started(1)
      assert.equal(await status(type), table[mode].running)
      first.end.resolve()
    })

    test(`${mode}: while the first waits for its retry`, async () => {
      const type = jobOf(`retrying-${mode}`, uniqueIn(mode))
      let failed = false
      const services = await bed.run([
        worker(type, async () => {
          failed = true
          return retry('no luck')
        }),
      ])
      await publisher.enqueue(type, { n: 1 }, { at: new Date(0) })
      await until(() => failed)
      await services.stop()
      assert.equal(await status(type), table[mode].retrying)
    })
  }
})

describe('debounce with a maxWait', () => {
  const unique: Unique<Payload> = { mode: 'debounce', key: () => 'k', window: '2s', maxWait: '3s' }

  test('runs at the latest so long after the first one, and with what came last until then', async () => {
    const type = jobOf('debounced-at-last', unique)
    const seen: number[] = []
    await bed.run([worker(type, async ({ n }) => void seen.push(n))])
    const before = Date.now()
    let last = 0
    // Each of them begins the window anew, so without an end nothing would ever run.
    await until(async () => {
      if (seen.length === 0) await publisher.enqueue(type, { n: ++last })
      return seen.length > 0
    })
    const scheduled = await bed.jsm.streams.getMessage('JOB_LOG', {
      last_by_subj: 'job-log.stored.jobs.debounced-at-last.k',
    })
    const since = Date.parse(scheduled?.header.get(jobHeader.debouncedSince) ?? '')
    assert.ok(since >= before && since < before + 2_000, `${since} is about the first one`)
    assert.ok((seen[0] ?? 0) > 1, 'it is not the first one that runs')
  })

  test('holds through an outbox and in a batch', async () => {
    const type = jobOf('debounced-together', unique)
    await publisher.enqueue(type, { n: 1 })
    const pending = () => bed.jsm.streams.getMessage('JOBS', { last_by_subj: `schedules.${type.name}.k` })
    const since = (await pending())?.header.get(jobHeader.debouncedSince) ?? ''
    await publisher.enqueueAtomically([
      job(type, { n: 3 }),
      job(jobOf('beside-debounced', undefined), { n: 1 }),
    ])
    const later = await pending()
    assert.deepEqual(later?.json(), { n: 3 })
    assert.equal(later?.header.get(jobHeader.debouncedSince), since)
    const due = Date.parse(later?.header.get('Nats-Schedule')?.slice(4) ?? '')
    assert.ok(due <= Date.parse(since) + 3_000)
    const reply = await publishMessage(
      bed.connection,
      jobMessage(type, { n: 4 }, {}, { id: 'relayed', now: new Date() }),
      1_000,
    )
    assert.equal(reply.kind, 'stored')
    const relayed = await pending()
    assert.deepEqual(relayed?.json(), { n: 4 })
    assert.equal(relayed?.header.get(jobHeader.debouncedSince), since)
  })
})

describe('while-queued', () => {
  test('a second job runs beside the first', async () => {
    const type = jobOf('beside', uniqueIn('while-queued'))
    const { handle, running, started } = gate()
    await bed.run([worker(type, handle)])
    for (const n of [1, 2, 3]) {
      assert.equal((await publisher.enqueue(type, { n })).status, 'accepted')
      await started(n)
    }
    assert.deepEqual(
      running.map(({ n, attempt }) => [n, attempt]),
      [
        [1, 1],
        [2, 1],
        [3, 1],
      ],
    )
    for (const one of running) one.end.resolve()
    await emptyOf('beside')
  })

  test('attempts stay exact through moves, snoozes and retries', async () => {
    const type = defineJob({
      name: 'moving',
      title: 'Moving',
      payload,
      delivery: { unique: uniqueIn('while-queued'), attempts: 3, backOff: { kind: 'list', delays: [10] } },
    })
    const attempts: number[] = []
    await bed.run([
      worker(type, async (_, job) => {
        attempts.push(job.attempt)
        if (attempts.length === 2) return snooze(10)
        return attempts.length < 4 ? retry('no luck') : done()
      }),
    ])
    await publisher.enqueue(type, { n: 1 })
    await until(() => attempts.length === 4)
    await emptyOf('moving')
    assert.deepEqual(attempts, [1, 2, 2, 3])
  })
})

/** One job of a key runs and one is queued: unique while queued, with a limit of one per key. */
function oneRunsOneQueued(name: string, delays: readonly [number] | readonly ['1h'] = ['1h']) {
  return defineJob({
    name,
    title: name,
    payload,
    delivery: {
      unique: uniqueIn('while-queued'),
      limits: [{ name, key: () => 'k', max: 1 }],
      backOff: { kind: 'list', delays },
    },
  })
}

describe('while-queued with a limit of one per key', () => {
  test('the second starts when the first has ended, and a third is refused until then', async () => {
    const type = oneRunsOneQueued('sync')
    const { handle, running, started } = gate()
    await bed.run([worker(type, handle)])
    await publisher.enqueue(type, { n: 1 })
    const first = await started(1)
    assert.equal((await publisher.enqueue(type, { n: 2 })).status, 'accepted')
    await until(() => stored('schedules.sync.k'), { what: 'the second job to be parked' })
    assert.equal((await publisher.enqueue(type, { n: 3 })).status, 'already-queued')
    assert.equal(running.length, 1)
    first.end.resolve()
    const second = await started(2)
    assert.deepEqual([second.n, second.attempt], [2, 1])
    assert.equal((await publisher.enqueue(type, { n: 4 })).status, 'accepted')
    second.end.resolve()
    const third = await started(3)
    third.end.resolve()
    await emptyOf('sync')
    assert.deepEqual(
      running.map(({ n }) => n),
      [1, 2, 4],
    )
  })

  test('a job that fails lets the queued one run, and runs again after it', async () => {
    const type = oneRunsOneQueued('sync-retry', [50])
    const seen: string[] = []
    const [failing, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let running = 0
    await bed.run([
      worker(type, async ({ n }, job) => {
        assert.equal(++running, 1)
        seen.push(`${n}/${job.attempt}`)
        if (n === 1 && job.attempt === 1) await failing.promise
        if (n === 2) await second.promise
        running--
        return n === 1 && job.attempt === 1 ? retry('no luck') : done()
      }),
    ])
    await publisher.enqueue(type, { n: 1 })
    await until(() => seen.length === 1)
    await publisher.enqueue(type, { n: 2 })
    await until(() => stored('schedules.sync-retry.k'))
    failing.resolve()
    await until(() => seen.length === 2)
    second.resolve()
    await emptyOf('sync-retry')
    assert.deepEqual(seen, ['1/1', '2/1', '1/2'])
  })

  test('many workers and a stream of jobs: never two at once, never stuck', async () => {
    const type = oneRunsOneQueued('contended')
    let running = 0
    let most = 0
    let ended = 0
    const handle = async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      ended++
      return done()
    }
    await Promise.all([bed.run([worker(type, handle)]), bed.run([worker(type, handle)])])
    let accepted = 0
    for (let n = 0; n < 150; n++) {
      if ((await publisher.enqueue(type, { n })).status === 'accepted') accepted++
    }
    await until(() => ended === accepted, { what: 'all accepted jobs to end' })
    assert.equal(most, 1)
    await emptyOf('contended')
  })
})

describe('debounce', () => {
  test('the last job of a burst runs, once', async () => {
    const type = jobOf('typing', uniqueIn('debounce'))
    const seen: number[] = []
    await bed.run([
      worker(type, async ({ n }) => {
        seen.push(n)
        return done()
      }),
    ])
    for (const n of [1, 2, 3]) assert.equal((await publisher.enqueue(type, { n })).status, 'accepted')
    await until(() => seen.length > 0)
    await emptyOf('typing')
    assert.deepEqual(seen, [3])
  })

  test('a job that snoozes is not replaced by one that is published meanwhile', async () => {
    const type = jobOf('typing-snoozed', uniqueIn('debounce'))
    const seen: string[] = []
    await bed.run([
      worker(type, async ({ n }, job) => {
        seen.push(`${n}/${job.attempt}`)
        return seen.length === 1 ? snooze('1500ms') : done()
      }),
    ])
    await publisher.enqueue(type, { n: 1 })
    await until(() => seen.length === 1)
    await publisher.enqueue(type, { n: 2 })
    await until(() => seen.length === 3)
    await emptyOf('typing-snoozed')
    assert.deepEqual(seen.sort(), ['1/1', '1/1', '2/1'])
  })
})

async function stored(subject: string): Promise<boolean> {
  return (await bed.jsm.streams.getMessage('JOBS', { last_by_subj: subject })) !== null
}

async function emptyOf(type: string): Promise<void> {
  await until(
    async () => {
      const info = await bed.jsm.streams.info('JOBS', { subjects_filter: `*.${type}.>` })
      return Object.keys(info.state.subjects ?? {}).length === 0
    },
    { what: `the queue of ${type} to be empty` },
  )
}
