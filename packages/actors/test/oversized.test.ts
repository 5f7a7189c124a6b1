import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { done, type JobContext, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { boundedJson } from '../src/outcome/bounded-json.ts'
import { JobLines } from '../src/worker/job-lines.ts'
import { makeBed } from './harness.ts'

const circular: Record<string, unknown> = {}
circular.itself = circular

describe('a value of a handler as JSON', () => {
  const table: readonly (readonly [name: string, value: unknown, expected: unknown])[] = [
    ['stays as it is', { a: [1, 'b', null] }, { a: [1, 'b', null] }],
    ['has big numbers as text', { n: 12345678901234567890n }, { n: '12345678901234567890' }],
    ['drops what JSON has no word for', { a: undefined, b: 1 }, { b: 1 }],
  ]
  for (const [name, value, expected] of table) {
    test(name, () => assert.deepEqual(boundedJson(value, 1_000), expected))
  }

  test('is cut with a mark if it is too large', () => {
    const cut = boundedJson({ big: 'x'.repeat(5_000) }, 100) as {
      cut: boolean
      reason: string
      begins: string
    }
    assert.equal(cut.cut, true)
    assert.equal(cut.reason, '5010 characters of JSON, 100 are kept at most')
    assert.equal(cut.begins.length, 1_000)
  })

  for (const [name, value] of [
    ['a circle', circular],
    ['a function', () => 1],
    ['nothing', undefined],
  ] as const) {
    test(`${name} is a mark that gives the reason`, () => {
      assert.match(JSON.stringify(boundedJson(value, 100)), /"cut":true,"reason":"not JSON/)
    })
  }
})

test('lines are bounded in number and length, and name what was left out', () => {
  const lines = new JobLines()
  for (let n = 0; n < 300; n++) lines.add(`line ${n}`)
  lines.add('x'.repeat(10_000))
  const taken = lines.take()
  assert.equal(taken.length, 201)
  assert.equal(taken[0], '… 101 lines left out')
  assert.equal(taken[1], 'line 101')
  assert.match(taken.at(-1) ?? '', /^x{2000}… \(10000 characters\)$/)
  assert.deepEqual(lines.take(), [])
})

test('a handler that reports too much, or no JSON, is done at its first attempt', async () => {
  await using bed = await makeBed()
  const type = defineJob({
    name: 'reports-too-much',
    title: 'Too much',
    payload: z.object({ n: z.number() }),
  })
  const big = { big: 'x'.repeat(2_000_000) }
  const reports: readonly ((job: JobContext) => unknown)[] = [
    (job) => job.progress(big),
    (job) => job.progress({ n: 1n } as never),
    (job) => job.progress(circular as never),
    (job) => {
      for (let line = 0; line < 65_000; line++) job.note(`line ${line}`)
    },
    () => big,
    () => circular,
    () => ({ n: 1n }),
  ]
  const attempts: string[] = []
  const services = await bed.run([
    worker(type, async ({ n }, job) => {
      attempts.push(`${n}/${job.attempt}`)
      return done((reports[n]?.(job) ?? null) as never)
    }),
  ])
  for (const n of reports.keys()) await bed.enqueue(type, { n })
  await until(async () => (await bed.jsm.streams.info('JOBS')).state.messages === 0)
  assert.deepEqual(
    attempts.sort(),
    [...reports.keys()].map((n) => `${n}/1`),
  )
  const [worked] = services.services
  assert.equal(worked?.worker?.counts.done, reports.length)
})
