import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineSchedule, scheduler, worker } from '@danbooru-jobs/actors'
import type { StartBackend } from './backend.ts'
import { ownType } from './job-types.ts'
import { settled } from './settled.ts'

const debounce = { mode: 'debounce', key: ({ word }: { word: string }) => word, window: '1s' } as const
let sets = 0

export function timeCases(start: StartBackend): void {
  test('of a burst of debounced jobs the last one runs, once', async () => {
    const type = ownType({ unique: debounce })
    const seen: number[] = []
    await using jobs = await start([worker(type, async ({ n }) => void seen.push(n))])
    for (const n of [1, 2, 3]) await jobs.publisher.enqueue(type, { n, word: 'a' })
    await jobs.publisher.enqueue(type, { n: 4, word: 'b' })
    await jobs.until(() => seen.length === 2)
    assert.deepEqual(seen.toSorted(), [3, 4])
    assert.equal(await settled(() => jobs.stored(type), jobs.until), 0)
  })

  test('a debounced job that is enqueued again and again runs after its maxWait', async () => {
    const type = ownType({ unique: { ...debounce, maxWait: '2s' } })
    const seen: number[] = []
    await using jobs = await start([worker(type, async ({ n }) => void seen.push(n))])
    let n = 0
    let sending = Promise.resolve()
    await jobs.until(() => {
      if (seen.length > 0) return true
      n += 1
      const next = n
      sending = sending.then(async () => void (await jobs.publisher.enqueue(type, { n: next })))
      return false
    })
    await sending
    assert.ok((seen[0] ?? 0) > 1)
    await jobs.publisher.cancelDelayed(type, 'none')
  })

  test('a schedule enqueues its job again and again', async () => {
    const type = ownType()
    const ids: string[] = []
    const daemon = () => {
      sets += 1
      const schedule = defineSchedule({ name: 'often', job: type, payload: { n: 7 }, cron: '* * * * * *' })
      return scheduler(`case-set-${process.pid}-${sets}`, [schedule])
    }
    const handle = worker(type, async ({ n }, job) => void ids.push(`${n} ${job.id}`))
    await using jobs = await start([daemon(), handle], { needs: 'schedules' })
    await jobs.until(() => ids.length >= 3)
    assert.equal(new Set(ids).size, ids.length)
    assert.match(ids[0] ?? '', /^7 /)
  })
}
