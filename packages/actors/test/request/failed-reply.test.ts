import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { responder } from '@danbooru-jobs/actors'
import { createPublisher, defineRequest, failedReply } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { type Bed, makeBed } from '../harness.ts'

const divide = defineRequest({
  subject: 'numbers.divide',
  title: 'Divide',
  request: z.object({ by: z.number() }),
  reply: z.discriminatedUnion('status', [z.object({ status: z.literal('divided') }), failedReply]),
})

let bed: Bed
before(async () => {
  bed = await makeBed()
  const answering = responder(
    'divide',
    divide,
    async ({ by }) => {
      if (by === 0) throw new RangeError('secret detail')
      return { status: 'divided' as const }
    },
    (errors) => ({ status: 'failed' as const, errors: [...errors] }),
  )
  await bed.run([answering])
})
after(() => bed[Symbol.asyncDispose]())

test('a responder that fails sends the reply that its contract declares, without the cause', async () => {
  const publisher = createPublisher(bed.connection)
  assert.deepEqual(await publisher.request(divide, { by: 0 }), {
    status: 'failed',
    errors: ['something went wrong; nothing was changed; try again'],
  })
  assert.deepEqual(await publisher.request(divide, { by: 1 }), { status: 'divided' })
})
