import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { timestamp, timestamp6 } from './columns.ts'

/**
 * A job of Danbooru's own queue (GoodJob 3.6), one row per execution; the head of a job has no
 * `retriedGoodJobId`.
 */
export const GoodJob = defineEntity({
  name: 'GoodJob',
  tableName: 'good_jobs',
  properties: {
    id: p.uuid().primary().defaultRaw('public.gen_random_uuid()'),
    queueName: p.text().nullable(),
    priority: p.integer().nullable(),
    serializedParams: p.json<unknown>().nullable(),
    scheduledAt: timestamp().nullable(),
    performedAt: timestamp().nullable(),
    finishedAt: timestamp().nullable(),
    error: p.text().nullable(),
    createdAt: timestamp6(),
    updatedAt: timestamp6(),
    activeJobId: p.uuid().nullable(),
    concurrencyKey: p.text().nullable(),
    cronKey: p.text().nullable(),
    retriedGoodJobId: p.uuid().nullable(),
    cronAt: timestamp().nullable(),
  },
})
export type GoodJob = InferEntity<typeof GoodJob>
