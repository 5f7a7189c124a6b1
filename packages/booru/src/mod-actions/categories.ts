/**
 * `mod_actions.category`: what a moderator did. Some are only found on old rows. Danbooru's class `ModAction` at
 * commit b43a913ad7.
 */
export const modActionCategories = {
  user_delete: 2,
  user_ban: 4,
  user_unban: 5,
  user_name_change: 6,
  user_level_change: 7,
  user_approval_privilege: 8,
  user_upload_privilege: 9,
  user_account_upgrade: 19,
  user_feedback_update: 21,
  user_feedback_delete: 22,
  post_delete: 42,
  post_undelete: 43,
  post_ban: 44,
  post_unban: 45,
  post_permanent_delete: 46,
  post_move_favorites: 47,
  post_regenerate: 48,
  post_regenerate_iqdb: 49,
  pool_delete: 62,
  pool_undelete: 63,
  comment_update: 81,
  comment_delete: 82,
  comment_vote_delete: 92,
  comment_vote_undelete: 93,
  forum_post_update: 101,
  forum_post_delete: 102,
  tag_alias_create: 120,
  tag_alias_update: 121,
  tag_alias_delete: 122,
  tag_implication_create: 140,
  tag_implication_update: 141,
  tag_implication_delete: 142,
  ip_ban_create: 160,
  ip_ban_delete: 162,
  ip_ban_undelete: 163,
  artist_ban: 184,
  artist_unban: 185,
  forum_topic_delete: 202,
  forum_topic_undelete: 203,
  forum_topic_lock: 206,
  post_note_lock_create: 210,
  post_note_lock_delete: 212,
  post_rating_lock_create: 220,
  post_rating_lock_delete: 222,
  post_vote_delete: 232,
  post_vote_undelete: 233,
  tag_deprecate: 240,
  tag_undeprecate: 242,
  moderation_report_handled: 306,
  moderation_report_rejected: 307,
  mass_update: 1000,
} as const

export type ModActionCategoryName = keyof typeof modActionCategories
export type ModActionCategory = (typeof modActionCategories)[ModActionCategoryName]

const names = new Map<number, ModActionCategoryName>(
  Object.keys(modActionCategories)
    .filter(isModActionCategoryName)
    .map((name) => [modActionCategories[name], name]),
)

/** The name of a category's code, as in the event subject `events.mod-action.<name>`; undefined for any other number. */
export function modActionCategoryName(code: number): ModActionCategoryName | undefined {
  return names.get(code)
}

export function isModActionCategoryName(name: string): name is ModActionCategoryName {
  return Object.hasOwn(modActionCategories, name)
}
