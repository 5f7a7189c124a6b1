import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, retry, snooze, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../../test/harness/index.ts'
import { type Bed, makeBed } from '../harness.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

const orderedJob = (name: string) =>
  defineJob({
    name,
    title: name,
    payload: z.object({ n: z.number(), key: z.string() }),
    delivery: { ordered: ({ key }) => key, attempts: 3, backOff: { kind: 'list', delays: [20] } },
  })

describe('an ordered job type', () => {
  test('runs the jobs of a key one after the other in their order, with many workers', async () => {
    const type = orderedJob('ordered')
    const seen = new Map<string, number[]>()
    const now = new Map<string, number>()
    let most = 0
    const handle = async ({ n, key }: { n: number; key: string }) => {
      now.set(key, (now.get(key) ?? 0) + 1)
      most = Math.max(most, now.get(key) ?? 0)
      await new Promise((resolve) => setImmediate(resolve))
      seen.set(key, [...(seen.get(key) ?? []), n])
      now.set(key, (now.get(key) ?? 0) - 1)
      return done()
    }
    await Promise.all([bed.run([worker(type, handle)]), bed.run([worker(type, handle)])])
    const numbers = Array.from({ length: 40 }, (_, n) => n)
    for (const n of numbers) for (const key of ['a', 'b c', 'd']) await bed.enqueue(type, { n, key })
    await until(() => [...seen.values()].flat().length === 120, { what: 'all jobs to end', timeout: 60_000 })
    assert.deepEqual(
      [...seen.entries()].sort(),
      ['a', 'b c', 'd'].map((key) => [key, numbers]),
    )
    assert.equal(most, 1)
  })

  test('a job that fails or snoozes holds up those behind it, and not other keys', async () => {
    const type = orderedJob('ordered-retry')
    const seen: string[] = []
    await bed.run([
      worker(type, async ({ n, key }, { attempt }) => {
        seen.push(`${key}${n}/${attempt}`)
        if (key === 'a' && n === 1 && attempt < 3) return retry('no luck')
        if (key === 'a' && n === 2 && !seen.includes('a2/1', seen.indexOf('a2/1') + 1)) return snooze(20)
        return done()
      }),
    ])
    for (const n of [1, 2, 3]) await bed.enqueue(type, { n, key: 'a' })
    await bed.enqueue(type, { n: 1, key: 'b' })
    await until(() => seen.includes('a3/1'))
    assert.deepEqual(
      seen.filter((one) => one.startsWith('a')),
      ['a1/1', 'a1/2', 'a1/3', 'a2/1', 'a2/1', 'a3/1'],
    )
    assert.deepEqual(
      seen.filter((one) => one.startsWith('b')),
      ['b1/1'],
    )
  })

  test('a discarded job and one that cannot be read let the next one start', async () => {
    const type = orderedJob('ordered-discard')
    const seen: string[] = []
    await bed.run([
      worker(type, async ({ n }, { attempt }) => {
        seen.push(`${n}/${attempt}`)
        return n === 1 ? retry('no luck') : done()
      }),
    ])
    await bed.enqueue(type, { n: 1, key: 'a' })
    await bed.js.publish('jobs.ordered-discard.a', '{"n":"not a number"}')
    await bed.enqueue(type, { n: 2, key: 'a' })
    await until(() => seen.includes('2/1'))
    assert.deepEqual(seen, ['1/1', '1/2', '1/3', '2/1'])
  })
})
