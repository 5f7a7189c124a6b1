/** `user_events.category`. Danbooru's class `UserEvent` at commit b43a913ad7. */
export const userEventCategories = {
  login: 0,
  failed_login: 50,
  logout: 100,
  user_creation: 200,
  user_deletion: 300,
  password_reset: 400,
  password_change: 500,
  email_change: 600,
} as const

export type UserEventCategoryName = keyof typeof userEventCategories
export type UserEventCategory = (typeof userEventCategories)[UserEventCategoryName]
