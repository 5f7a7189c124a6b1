import { batchSummary, defineEvent, defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

/** The version of danbooru-jobs that a process runs. */
export type Version = 'previous' | 'present'

/** What a worker of the previous version does with a job; one of the present version runs every job to its end. */
export const conducts = ['run', 'fail', 'hold', 'discard'] as const

/** The payload of every job: what the previous version does with it, and a key. */
export const payload = z.object({ before: z.enum(conducts).default('run'), key: z.string().default('all') })

/** The job types of the test. Both versions declare the same, but for a mode of uniqueness that the present version does not have. */
export function jobTypes(version: Version) {
  const backOff = { kind: 'list', delays: ['1h'] } as const
  const declare = <const Name extends string>(
    name: Name,
    delivery: Parameters<typeof defineJob<Name, typeof payload>>[0]['delivery'] = {},
  ) => defineJob({ name, title: 'A job of the upgrade', payload, delivery: { backOff, ...delivery } })
  const keyOf = ({ key }: { key: string }) => key
  return {
    plain: declare('up-plain'),
    limited: declare('up-limited', { limits: [{ name: 'up-limit', key: keyOf, max: 1 }] }),
    rated: declare('up-rated', { limits: [{ name: 'up-rate', rate: { max: 1, per: '1h' } }] }),
    ordered: declare('up-ordered', { ordered: keyOf }),
    single: declare('up-single', { maxRunning: 1 }),
    unique: declare('up-unique', { unique: { mode: 'while-queued-or-running', key: keyOf } }),
    oneAndOne: declare('up-one-and-one', oneRunningOneQueued(version, keyOf)),
    report: defineJob({
      name: 'up-report',
      title: 'The end of a batch',
      payload: payload.extend({ batch: batchSummary.optional() }),
    }),
    digest: defineJob({
      name: 'up-digest',
      title: 'A job by schedule',
      payload,
      delivery: { unique: { mode: 'while-queued-or-running', key: keyOf } },
    }),
    order: declare('up-order'),
    scan: declare('up-scan'),
    bind: declare('up-bind'),
  }
}

export const bookBound = defineEvent({
  subject: () => 'events.upgrade.book-bound',
  filter: 'events.upgrade.book-bound',
  title: 'A book was bound',
  payload: z.object({ book: z.string() }),
})

type Delivery = NonNullable<Parameters<typeof defineJob<string, typeof payload>>[0]['delivery']>

/** As docs/how-to/upgrade.md says: the mode of the previous version became two declarations. */
function oneRunningOneQueued(version: Version, key: (payload: { key: string }) => string): Delivery {
  if (version === 'present') {
    return { unique: { mode: 'while-queued', key }, limits: [{ name: 'up-one', key, max: 1 }] }
  }
  const mode: string = 'one-running-one-queued'
  return { unique: { mode: mode as 'while-queued', key } }
}
