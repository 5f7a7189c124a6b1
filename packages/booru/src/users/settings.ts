/**
 * What the settings of an account are until its owner changes them, and again after it is deactivated; columns of
 * `users`. Danbooru's class `User` at commit b43a913ad7.
 */
export const defaultSettings = {
  timeZone: 'Eastern Time (US & Canada)',
  commentThreshold: -8,
  defaultImageSize: 'large',
  favoriteTags: null,
  blacklistedTags: 'guro\nscat\nfurry -rating:g',
  customStyle: null,
  perPage: 20,
  theme: 0,
} as const
