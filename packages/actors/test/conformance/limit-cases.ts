import assert from 'node:assert/strict'
import { test } from 'node:test'
import { discard, done, retry, worker } from '@danbooru-jobs/actors'
import type { StartBackend } from './backend.ts'
import { ownType, quick } from './job-types.ts'
import { parkedOf } from './parked.ts'
import { settled } from './settled.ts'

const needs = { needs: 'limits' } as const

/** A handler whose jobs run until the test ends them; in the order in which they began. */
function gate() {
  const started: { readonly n: number; readonly attempt: number; end(): void }[] = []
  return {
    started,
    numbers: () => started.map(({ n }) => n),
    handle: async ({ n }: { n: number }, { attempt }: { attempt: number }) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      started.push({ n, attempt, end: resolve })
      await promise
      return done()
    },
  }
}

let names = 0
const ownLimit = () => `case-limit-${process.pid}-${++names}`

export function limitCases(start: StartBackend): void {
  test('a limit holds per key; what waits uses no attempt and is called by the one that ends', async () => {
    const type = ownType({ limits: [{ name: ownLimit(), key: ({ word }) => word, max: 1 }] })
    const { started, numbers, handle } = gate()
    await using jobs = await start([worker(type, handle)], needs)
    const parked = await parkedOf(jobs, type)
    await jobs.publisher.enqueue(type, { n: 1, word: 'a' })
    await jobs.until(() => started.length === 1)
    await jobs.publisher.enqueue(type, { n: 2, word: 'a' })
    await jobs.until(() => parked.length === 1)
    await jobs.publisher.enqueue(type, { n: 3, word: 'b' })
    await jobs.until(() => started.length === 2)
    assert.deepEqual(numbers(), [1, 3])
    assert.equal(await jobs.stored(type), 3)
    started[0]?.end()
    await jobs.until(() => started.length === 3)
    assert.deepEqual([started[2]?.n, started[2]?.attempt], [2, 1])
    for (const one of started) one.end()
  })

  test('the next one starts when the holder fails for good, and when its worker dies', async () => {
    const type = ownType({ limits: [{ name: ownLimit(), max: 1 }] })
    const seen: string[] = []
    await using jobs = await start(
      [
        worker(type, async ({ n }, job) => {
          seen.push(`${n}/${job.attempt}`)
          if (n === 1) return discard('no')
          if (n > 2 || job.attempt > 1) return done()
          await new Promise((_resolve, reject) => {
            job.signal.addEventListener('abort', () => reject(job.signal.reason))
          })
        }),
      ],
      needs,
    )
    const parked = await parkedOf(jobs, type)
    for (const n of [1, 2]) {
      await jobs.publisher.enqueue(type, { n })
      await jobs.until(() => seen.includes(`${n}/1`))
    }
    await jobs.publisher.enqueue(type, { n: 3 }, { id: `third-${type.name}` })
    await jobs.until(() => parked.some(({ jobId }) => jobId === `third-${type.name}`))
    await jobs.crash()
    await jobs.until(() => seen.includes('3/1'))
    assert.deepEqual(seen, ['1/1', '2/1', '2/2', '3/1'])
  })

  test('a rate lets a burst start and gives the next one a time of its own', async () => {
    const type = ownType({ limits: [{ name: ownLimit(), rate: { max: 2, per: '4s' } }] })
    const attempts: number[] = []
    await using jobs = await start([worker(type, async (_, job) => void attempts.push(job.attempt))], needs)
    const parked = await parkedOf(jobs, type)
    // One after the other: of two that ask at once the second may be given a time some milliseconds ahead.
    for (let n = 0; n < 3; n++) {
      await jobs.publisher.enqueue(type, { n })
      await jobs.until(() => attempts.length + parked.length >= n + 1)
    }
    await jobs.until(() => attempts.length === 3)
    assert.deepEqual(attempts, [1, 1, 1])
    assert.equal(parked.length, 1)
    assert.ok(parked[0]?.waitingFor?.until)
  })

  test('of several limits each holds, and every job starts at some time', async () => {
    const type = ownType({
      limits: [
        { name: ownLimit(), key: ({ word }) => word, max: 2 },
        { name: ownLimit(), max: 3 },
      ],
    })
    let [now, most, ended] = [0, 0, 0]
    const ofWord = new Map<string, number>()
    let mostOfWord = 0
    const count = (word: string, by: number) => {
      now += by
      ofWord.set(word, (ofWord.get(word) ?? 0) + by)
      most = Math.max(most, now)
      mostOfWord = Math.max(mostOfWord, ofWord.get(word) ?? 0)
    }
    const handle = worker(
      type,
      async ({ word }) => {
        count(word, 1)
        await new Promise((resolve) => setImmediate(resolve))
        count(word, -1)
        ended++
        return done()
      },
      { concurrency: 10 },
    )
    await using jobs = await start([handle], needs)
    const words = Array.from({ length: 24 }, (_, n) => `w${n % 3}`)
    await Promise.all(words.map((word, n) => jobs.publisher.enqueue(type, { n, word })))
    await jobs.until(() => ended === 24)
    assert.ok(most <= 3 && mostOfWord <= 2, `${most} at once, ${mostOfWord} of one key`)
    assert.equal(await settled(() => jobs.stored(type), jobs.until), 0)
  })

  test('keys take turns: one with many jobs does not hold up the others', async () => {
    const type = ownType({ limits: [{ name: ownLimit(), max: 1 }], fairBy: ({ word }) => word })
    const { started, numbers, handle } = gate()
    await using jobs = await start([worker(type, handle)], needs)
    const parked = await parkedOf(jobs, type)
    await jobs.publisher.enqueue(type, { n: 0, word: 'first' })
    await jobs.until(() => started.length === 1)
    const later = ['many', 'many', 'many', 'x', 'y']
    for (const [index, word] of later.entries()) {
      await jobs.publisher.enqueue(type, { n: index + 1, word })
      await jobs.until(() => parked.length === index + 1)
    }
    for (let index = 0; index <= later.length; index++) {
      await jobs.until(() => started.length > index)
      started[index]?.end()
    }
    assert.deepEqual(numbers(), [0, 1, 4, 5, 2, 3])
  })

  test('an ordered key runs one after the other; one that fails holds up those behind it, and no other key', async () => {
    const type = ownType({ ordered: ({ word }) => word, attempts: 3, backOff: quick })
    const seen: string[] = []
    await using jobs = await start(
      [
        worker(type, async ({ n, word }, { attempt }) => {
          seen.push(`${word}${n}/${attempt}`)
          return word === 'a' && n === 1 && attempt < 3 ? retry('no luck') : done()
        }),
      ],
      needs,
    )
    for (const n of [1, 2, 3, 4]) {
      for (const word of ['a', 'b']) await jobs.publisher.enqueue(type, { n, word })
    }
    await jobs.until(() => seen.length === 10)
    const of = (word: string) => seen.filter((one) => one.startsWith(word))
    assert.deepEqual(of('a'), ['a1/1', 'a1/2', 'a1/3', 'a2/1', 'a3/1', 'a4/1'])
    assert.deepEqual(of('b'), ['b1/1', 'b2/1', 'b3/1', 'b4/1'])
  })
}
