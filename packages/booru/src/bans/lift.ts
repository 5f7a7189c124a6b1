import type { EntityManager } from '@mikro-orm/postgresql'
import { bitPrefsMask } from '../users/bit-prefs.ts'

/** What a batch of lifted bans did. */
export interface LiftedBans {
  /** Users that are no longer marked as banned, in the order of their ids. */
  readonly users: readonly { readonly id: number; readonly name: string }[]
  /** Id to go on after, or undefined at the end. */
  readonly next: number | undefined
}

const bannedBit = bitPrefsMask('isBanned').toString()

/**
 * Whether a ban is in force. Sums of an old time and an absurd duration overflow; such a duration decides by itself.
 */
const isActive = `CASE
  WHEN bans.duration > interval '10000 years' THEN true
  WHEN bans.duration < interval '-10000 years' THEN false
  ELSE bans.created_at + bans.duration > ?::timestamp END`

/**
 * Clears the banned flag of at most `limit` users who have no ban in force, from the id after `after` on. The bans themselves stay;
 * no mod action, no feedback, no message. As Danbooru since July 2025, it starts from flagged users, so that a flag without any ban is
 * cleared too.
 */
export async function liftExpiredBans(
  em: EntityManager,
  { after, limit, now }: { readonly after: number; readonly limit: number; readonly now: Date },
): Promise<LiftedBans> {
  const users = await em.execute<{ id: number; name: string }[]>(
    `WITH lifted AS (
       SELECT id FROM users
        WHERE id > ? AND bit_prefs & ${bannedBit} <> 0
          AND NOT EXISTS (SELECT FROM bans WHERE bans.user_id = users.id AND ${isActive})
        ORDER BY id LIMIT ? FOR NO KEY UPDATE SKIP LOCKED
     ), updated AS (
       UPDATE users SET bit_prefs = bit_prefs & ~${bannedBit}::bigint, updated_at = ?::timestamp
         FROM lifted WHERE users.id = lifted.id
       RETURNING users.id, users.name
     )
     SELECT id, name FROM updated ORDER BY id`,
    [after, now.toISOString(), limit, now.toISOString()],
  )
  return { users, next: users.length < limit ? undefined : users.at(-1)?.id }
}
