import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { bigId, timestamp6, varchar } from './columns.ts'

/** A token bucket of the rate limiter, one per `action` and `key` (`users/<id>` or `ip/<address>`). */
export const RateLimit = defineEntity({
  name: 'RateLimit',
  tableName: 'rate_limits',
  properties: {
    id: bigId(),
    createdAt: timestamp6(),
    updatedAt: timestamp6(),
    limited: p.boolean().default(false),
    points: p.double(),
    action: varchar(),
    key: varchar(),
  },
})
export type RateLimit = InferEntity<typeof RateLimit>
