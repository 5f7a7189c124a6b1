import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { discard, done, outboxRelay, retry, worker } from '@danbooru-jobs/actors'
import { readQueuesOf } from '@danbooru-jobs/actors/operate'
import { defineJob } from '@danbooru-jobs/contracts'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { unfinishedStates } from '@danbooru-jobs/contracts/wire'
import fc from 'fast-check'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { cached } from '../src/metrics/cached.ts'
import { exposition } from '../src/metrics/exposition.ts'
import { Histogram } from '../src/metrics/histogram.ts'
import { type Bed, makeBed } from './harness.ts'

const type = defineJob({
  name: 'measured',
  title: 'Measured',
  payload: z.object({ outcome: z.enum(['done', 'retry', 'discard', 'wait']) }),
  delivery: { backOff: { kind: 'list', delays: ['1h'] } },
})

describe('GET /metrics', () => {
  let bed: Bed
  before(async () => {
    bed = await makeBed()
  })
  after(() => bed[Symbol.asyncDispose]())

  test('report queues, attempts, the outbox and connections', async () => {
    const gate = Promise.withResolvers<void>()
    const services = await bed.run(
      [
        worker(type, async ({ outcome }) => {
          if (outcome === 'retry') return retry(new RangeError('too far'))
          if (outcome === 'discard') return discard('never')
          if (outcome === 'wait') await gate.promise
          return done()
        }),
        outboxRelay,
      ],
      { healthPort: 0 },
    )
    await bed.enqueue(type, { outcome: 'done' }, { delay: '1h' })
    for (const outcome of ['done', 'retry', 'discard', 'wait']) await bed.enqueue(type, { outcome })
    const worked = services.services[0]?.worker
    await until(() => worked && worked.counts.done + worked.counts.failed + worked.counts.discarded === 3)
    const metrics = await scrape(services.healthPort)
    const of = (name: string, labels = '{type="measured"}') => metrics.get(`danbooru_jobs_${name}${labels}`)
    const inQueue = (state: string) => of('queue_jobs', `{type="measured",state="${state}"}`)
    assert.deepEqual(unfinishedStates.map(inQueue), [1, 0, 0, 1, 1])
    assert.equal(of('running'), 1)
    assert.equal(of('queue_paused'), 0)
    assert.ok((of('queue_oldest_age_seconds') ?? 0) > 0)
    assert.equal(of('attempts_total', '{type="measured",outcome="done"}'), 1)
    assert.equal(of('attempts_total', '{type="measured",outcome="failed"}'), 1)
    assert.equal(of('attempts_total', '{type="measured",outcome="discarded"}'), 1)
    assert.equal(of('errors_total', '{type="measured",error="RangeError"}'), 1)
    assert.equal(of('errors_total', '{type="measured",error="discarded"}'), 1)
    assert.equal(of('duration_seconds_count'), 3)
    assert.equal(of('wait_seconds_bucket', '{type="measured",le="+Inf"}'), 3)
    assert.equal(of('nats_connected', ''), 1)
    assert.equal(of('slots_busy', ''), 1)
    assert.equal(of('outbox_relay_rows', ''), 0)
    assert.equal(of('outbox_relay_oldest_age_seconds', ''), 0)
    gate.resolve()
    const reference = await readFile(new URL('../../../docs/reference/metrics.md', import.meta.url), 'utf8')
    for (const line of metrics.keys()) {
      const name = line.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, '')
      assert.ok(reference.includes(`\`${name}\``), `docs/reference/metrics.md does not know ${name}`)
    }
  })

  test('asks little of the server: four requests for each of 25 job types', async () => {
    const { runtime } = await bed.run(jobTypes.map((one) => worker(one, async () => done())))
    const before = runtime.nats.stats().outMsgs
    const names = jobTypes.map(({ name }) => name)
    const queues = await readQueuesOf(runtime, names)
    assert.deepEqual(
      queues.map(({ type: name, jobs }) => [name, jobs.queued]),
      names.map((name) => [name, 0]),
    )
    assert.ok(runtime.nats.stats().outMsgs - before < 5 * 25)
  })
})

async function scrape(port: number | undefined): Promise<Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

describe('the parts of metrics', () => {
  test('a histogram counts every value once and in all larger buckets', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (values) => {
        const histogram = new Histogram()
        for (const value of values) histogram.observe(value)
        const samples = histogram.samples({})
        for (const { suffix, labels, value } of samples) {
          if (suffix !== '_bucket') continue
          const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
          assert.equal(value, values.filter((one) => one <= bound).length)
        }
        assert.equal(samples.at(-1)?.value, values.length)
      }),
    )
  })

  test('labels are escaped, families without samples left out', () => {
    const sample = { labels: { error: 'a "b"\n\\c' }, value: Number.POSITIVE_INFINITY }
    const text = exposition([
      { name: 'x', help: 'one\ntwo', type: 'gauge', samples: [sample] },
      { name: 'y', help: '', type: 'gauge', samples: [] },
    ])
    assert.equal(text, '# HELP x one\\ntwo\n# TYPE x gauge\nx{error="a \\"b\\"\\n\\\\c"} +Inf\n')
  })

  test('an answer is kept for a while, a failure is not', async () => {
    let [now, asked] = [0, 0]
    const ask = cached(
      async () => {
        asked++
        if (asked === 2) throw new Error('no answer')
        return asked
      },
      100,
      { now: () => new Date(now) },
    )
    assert.deepEqual([await ask(), await ask()], [1, 1])
    now = 100
    await assert.rejects(ask(), /no answer/)
    assert.equal(await ask(), 3)
  })
})
