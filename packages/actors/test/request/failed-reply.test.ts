import assert from 'node:assert/strict'
import { Transform } from 'node:stream'
import { after, before, test } from 'node:test'
import { responder } from '@danbooru-jobs/actors'
import { createPublisher, defineRequest, failedReply } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { TcpLine } from '../../../../test/harness/index.ts'
import { type Bed, makeBed } from '../harness.ts'

const divide = defineRequest({
  subject: 'numbers.divide',
  title: 'Divide',
  request: z.object({ by: z.number() }),
  reply: z.discriminatedUnion('status', [z.object({ status: z.literal('divided') }), failedReply]),
})

let bed: Bed
let slow: TcpLine
before(async () => {
  bed = await makeBed()
  slow = await TcpLine.to(bed.nats.port, { toServer: late })
  const answering = responder(
    'divide',
    divide,
    async ({ by }) => {
      if (by === 0) throw new RangeError('secret detail')
      return { status: 'divided' as const }
    },
    (errors) => ({ status: 'failed' as const, errors: [...errors] }),
  )
  await bed.run([answering], { natsUrl: `nats://127.0.0.1:${slow.port}` })
})
after(async () => {
  await bed[Symbol.asyncDispose]()
  await slow[Symbol.asyncDispose]()
})

/** What the services send arrives a tenth of a second later: their subscriptions, too. */
function late(): Transform {
  return new Transform({
    transform: (chunk, _encoding, next) => void setTimeout(() => next(null, chunk), 100),
  })
}

test('a responder can be asked as soon as its service has started', async () => {
  const publisher = createPublisher(bed.connection)
  assert.deepEqual(await publisher.request(divide, { by: 2 }), { status: 'divided' })
})

test('a responder that fails sends the reply that its contract declares, without the cause', async () => {
  const publisher = createPublisher(bed.connection)
  assert.deepEqual(await publisher.request(divide, { by: 0 }), {
    status: 'failed',
    errors: ['something went wrong; nothing was changed; try again'],
  })
  assert.deepEqual(await publisher.request(divide, { by: 1 }), { status: 'divided' })
})
