import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineJob } from '@danbooru-jobs/contracts'
import { jobMessage } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { jobTypeOfStored, storedJobType } from '../../src/schedule/stored-job-type.ts'

const payload = z.object({ of: z.string().default('posts') })
const key = ({ of }: z.output<typeof payload>) => of
const now = new Date('2026-03-01T12:00:00Z')

test('a job type that was stored publishes the same message as the one that was declared', () => {
  const deliveries = [
    {},
    { unique: { mode: 'while-queued', key } },
    { unique: { mode: 'while-queued-or-running', key } },
    { unique: { mode: 'debounce', key, window: '5s', maxWait: '1m' } },
    { ordered: key },
  ] as const
  for (const delivery of deliveries) {
    const declared = defineJob({ name: 'digest', title: 'Digest', payload, delivery })
    const row = JSON.parse(JSON.stringify(storedJobType(declared, {})))
    const published = jobMessage(jobTypeOfStored('digest', row), {}, {}, { id: 'a', now })
    const { body: _, ...expected } = jobMessage(declared, {}, {}, { id: 'a', now })
    assert.deepEqual(
      { ...published, body: undefined },
      { ...expected, body: undefined },
      JSON.stringify(delivery),
    )
  }
})

test('a payload that does not fit its type has no keys to store', () => {
  const declared = defineJob({ name: 'digest', title: 'Digest', payload, delivery: { ordered: key } })
  assert.equal(storedJobType(declared, { of: 1 }), undefined)
})
