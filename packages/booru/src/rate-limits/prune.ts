import type { EntityManager } from '@mikro-orm/postgresql'

/** How long a rate limit may lie idle before it is forgotten: in an hour every bucket is full again. */
const idleFor = 3_600_000

/** Up to which row the pruning has come, and how much of it was deleted. */
export interface PrunedRateLimits {
  readonly rows: number
  /** Id to go on after, or undefined at the end. */
  readonly next: number | undefined
}

/**
 * Deletes at most `limit` rate limits that were last used more than an hour ago, from the id after `after` on. A row that a
 * request is using at the moment is left: it is not idle. Danbooru's `RateLimit.prune!` at commit b43a913ad7.
 */
export async function pruneRateLimitsAfter(
  em: EntityManager,
  { after, limit, now }: { readonly after: number; readonly limit: number; readonly now: Date },
): Promise<PrunedRateLimits> {
  const [done] = await em.execute<{ rows: number; last: number | null }[]>(
    `WITH idle AS (
       SELECT id FROM rate_limits WHERE id > ? AND updated_at < ?::timestamp
       ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED
     ), deleted AS (
       DELETE FROM rate_limits USING idle WHERE rate_limits.id = idle.id RETURNING rate_limits.id
     )
     SELECT count(*)::int AS rows, max(id)::float8 AS last FROM deleted`,
    [after, new Date(now.getTime() - idleFor).toISOString(), limit],
  )
  const rows = done?.rows ?? 0
  return { rows, next: rows < limit ? undefined : (done?.last ?? undefined) }
}
