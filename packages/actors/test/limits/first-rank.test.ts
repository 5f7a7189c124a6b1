import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { defineJob } from '@danbooru-jobs/contracts'
import { jobMessage, parseJobSubject } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { claimOf } from '../../src/admission/claim.ts'
import { firstRank } from '../../src/admission/first-rank.ts'
import { type Bed, makeBed } from '../harness.ts'

const type = defineJob({
  name: 'ranked',
  title: 'Ranked',
  payload: z.object({ key: z.string() }),
  delivery: { ordered: ({ key }) => key },
})

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

test('the queue of an ordered key is the subject on which its jobs are published', async () => {
  for (const key of ['plain', 'with blanks', 'ü.*>', '~tilde']) {
    const payload = { key }
    const { subject } = jobMessage(type, payload, {}, { id: 'x', now: new Date() })
    const address = parseJobSubject(subject) ?? assert.fail(subject)
    assert.equal(claimOf(type, payload, address, 'x').queue, subject)
  }
})

test('the first rank of an ordered key is its first message, or the next that the stream gives', async () => {
  await bed.run([])
  const { seq } = await bed.js.publish('jobs.unrelated', '{}')
  assert.equal(await firstRank(bed.jsm, 'jobs.ranked.k'), seq + 1)
  for (const key of ['other', 'k', 'k']) await bed.enqueue(type, { key })
  assert.equal(await firstRank(bed.jsm, 'jobs.ranked.k'), seq + 2)
})
