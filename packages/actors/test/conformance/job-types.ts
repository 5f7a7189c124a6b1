import { type DeliveryOptions, defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

const payload = z.object({ n: z.int(), word: z.string().default('none') })
type Payload = z.output<typeof payload>

let count = 0

/** A job type of a case's own: cases on one server do not meet. */
export function ownType(delivery: DeliveryOptions<Payload> = {}) {
  count += 1
  return defineJob({ name: `case-${process.pid}-${count}`, title: 'A case', payload, delivery })
}

/** Back-offs too short to wait for. */
export const quick = { kind: 'list', delays: ['10ms'] } as const
