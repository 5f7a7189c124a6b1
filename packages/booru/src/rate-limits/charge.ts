import type { EntityManager } from '@mikro-orm/postgresql'
import { isGold } from '../users/levels.ts'

/** A token bucket: how many points come back in a second, and how many there are at most. */
export interface RateLimitRule {
  readonly rate: number
  readonly burst: number
}

/** Who does what: one bucket for each key. */
export interface RateLimited extends RateLimitRule {
  /** `controller:action`, as `users:destroy`. */
  readonly action: string
  /** `users/<id>`, `ip/<address>`. */
  readonly keys: readonly string[]
}

/**
 * What holds for every write that has no rule of its own: one in a second, four from Gold on, after a burst of 200. Danbooru's
 * `ApplicationController` at commit b43a913ad7.
 */
export function writeRateLimit(user: { level: number }): RateLimitRule {
  return { rate: isGold(user) ? 4 : 1, burst: 200 }
}

/**
 * Takes a point from each bucket of an action. One that is in debt is charged a second's refill instead, as a penalty, down to -30.
 * Danbooru's `RateLimit` at commit b43a913ad7, with the same rows in the same table.
 *
 * @returns true if one of them is in debt: what was asked for must not be done.
 */
export async function chargeRateLimits(
  em: EntityManager,
  { action, keys, rate, burst }: RateLimited,
  now: Date,
): Promise<boolean> {
  const rows = await em.execute<{ limited: boolean }[]>(
    `INSERT INTO rate_limits AS held (created_at, updated_at, points, action, key)
     SELECT asked.now, asked.now, asked.burst - 1, asked.action, keys.key
       FROM (SELECT ?::timestamp AS now, ?::float8 AS burst, ?::text AS action) asked, unnest(?::text[]) AS keys (key)
      ORDER BY keys.key
     ON CONFLICT (key, action) DO UPDATE SET (limited, points, updated_at) = (
       SELECT refilled < 0, greatest(-30, least(?::float8, refilled) - CASE WHEN refilled < 0 THEN ?::float8 ELSE 1 END), excluded.updated_at
         FROM (SELECT held.points + ?::float8 * greatest(0, extract(epoch FROM excluded.updated_at - held.updated_at)) AS refilled) r
     )
     RETURNING limited`,
    [
      now.toISOString(),
      burst,
      action,
      `{${keys.map((key) => JSON.stringify(key)).join(',')}}`,
      burst,
      rate,
      rate,
    ],
  )
  return rows.some(({ limited }) => limited)
}
