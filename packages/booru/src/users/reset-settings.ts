import type { EntityManager } from '@mikro-orm/postgresql'
import { utc } from '../sweep/sql.ts'
import { bitPrefsClearedOnDeactivation } from './bit-prefs.ts'
import { defaultSettings } from './settings.ts'

/**
 * Forgets a user's e-mail address and preferences, in one statement (`DeleteUserJob` at Danbooru's commit b43a913ad7). Level,
 * standing (banned, verified), inviter, last address, upload points and counters stay.
 *
 * @returns false if there is no such user.
 */
export async function resetSettings(em: EntityManager, userId: number, now: Date): Promise<boolean> {
  const { timeZone, commentThreshold, defaultImageSize, blacklistedTags, perPage, theme } = defaultSettings
  const rows = await em.execute(
    `with forgotten as (
       delete from email_addresses where user_id = ?
     )
     update users
        set last_logged_in_at = null, last_forum_read_at = null, bit_prefs = bit_prefs & ~(?::bigint),
            time_zone = ?, comment_threshold = ?, default_image_size = ?, favorite_tags = null,
            blacklisted_tags = ?, custom_style = null, per_page = ?, theme = ?, updated_at = ${utc}
      where id = ? returning id`,
    [
      userId,
      String(bitPrefsClearedOnDeactivation),
      timeZone,
      commentThreshold,
      defaultImageSize,
      blacklistedTags,
      perPage,
      theme,
      now,
      userId,
    ],
  )
  return rows.length > 0
}
