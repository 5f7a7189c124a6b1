import {
  batches,
  cancel,
  discard,
  done,
  outboxRelay,
  type RunningServices,
  retry,
  worker,
} from '@danbooru-jobs/actors'
import { type BatchState, batchState } from '@danbooru-jobs/actors/operate'
import {
  batchSummary,
  createPublisher,
  defineJob,
  job,
  type OnComplete,
  type Publisher,
} from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../../test/harness/index.ts'
import { type Bed, makeBed } from '../harness.ts'

export const member = defineJob({
  name: 'member',
  title: 'One of many',
  payload: z.object({ n: z.number(), end: z.enum(['done', 'discard', 'cancel', 'retry']).default('done') }),
  delivery: { attempts: 2, backOff: { kind: 'list', delays: [5] } },
})

export const uniqueMember = defineJob({
  name: 'unique-member',
  title: 'One of a kind',
  payload: z.object({ key: z.string() }),
  delivery: { unique: { mode: 'while-queued-or-running', key: ({ key }) => key } },
})

const callback = defineJob({
  name: 'callback',
  title: 'Hears that all have ended',
  payload: z.object({ note: z.string(), batch: batchSummary.optional() }),
})

/** A bed in which batches are kept and callbacks are heard. */
export interface BatchBed extends Bed {
  readonly publisher: Publisher
  readonly services: RunningServices
  /** The notes of all callbacks that were heard so far. */
  notes(): string[]
  hearOf(note: string): Promise<z.output<typeof callback.payload>>
  state(id: string): Promise<BatchState | undefined>
}

/** A callback that is heard in the bed. */
export function notifying(note: string): OnComplete {
  return { job: job(callback, { note }) }
}

export async function makeBatchBed(): Promise<BatchBed> {
  const bed = await makeBed()
  const heard: z.output<typeof callback.payload>[] = []
  const services = await bed.run(
    [
      batches,
      outboxRelay,
      worker(member, async ({ end }, { attempt }) => {
        if (end === 'discard') return discard('no')
        if (end === 'cancel') return cancel('no')
        return end === 'retry' && attempt === 1 ? retry('later') : done()
      }),
      worker(callback, async (payload) => {
        heard.push(payload)
        return done()
      }),
    ],
    { maxThreads: 20 },
  )
  return {
    ...bed,
    services,
    publisher: createPublisher(bed.connection),
    notes: () => heard.map(({ note }) => note),
    hearOf: (note) =>
      until(() => heard.find((one) => one.note === note), { what: `the callback ${note}`, timeout: 60_000 }),
    state: (id) => batchState(services.runtime.database().entityManager(), id),
  }
}
