/**
 * The flags of `users.bit_prefs` from bit 0 up. Danbooru only ever appends to the list, and leaves bits that went
 * out of use (`unused…`) as they are on old rows. Danbooru's class `User` at commit b43a913ad7.
 */
export const bitPrefs = [
  'isBanned',
  'unusedHasMail',
  'receiveEmailNotifications',
  'unusedAlwaysResizeImages',
  'unusedEnablePostNavigation',
  'newPostNavigationLayout',
  'enablePrivateFavorites',
  'unusedEnableSequentialPostNavigation',
  'unusedHideDeletedPosts',
  'unusedStyleUsernames',
  'unusedEnableAutoComplete',
  'showDeletedChildren',
  'unusedHasSavedSearches',
  'unusedCanApprovePosts',
  'unusedCanUploadFree',
  'disableCategorizedSavedSearches',
  'unusedIsSuperVoter',
  'disableTaggedFilenames',
  'unusedEnableRecentSearches',
  'unusedDisableCroppedThumbnails',
  'disableMobileGestures',
  'enableSafeMode',
  'enableDesktopMode',
  'disablePostTooltips',
  'unusedEnableRecommendedPosts',
  'unusedOptOutTracking',
  'unusedNoFlagging',
  'unusedNoFeedback',
  'requiresVerification',
  'isVerified',
  'showDeletedPosts',
] as const

export type BitPref = (typeof bitPrefs)[number]

/** The bits of these flags, to be combined with `bit_prefs`. */
export function bitPrefsMask(...flags: BitPref[]): bigint {
  return flags.reduce((mask, flag) => mask | (1n << BigInt(bitPrefs.indexOf(flag))), 0n)
}

export function hasBitPref(prefs: bigint, flag: BitPref): boolean {
  return (prefs & bitPrefsMask(flag)) !== 0n
}

export function withBitPref(prefs: bigint, flag: BitPref, on: boolean): bigint {
  const mask = bitPrefsMask(flag)
  return on ? prefs | mask : prefs & ~mask
}

/** What a new account starts with. */
export const newAccountBitPrefs = bitPrefsMask('newPostNavigationLayout')

/**
 * The preferences that are forgotten when an account is deactivated: every flag in use except those that say
 * something about the account's standing (banned, requires verification, verified).
 */
export const bitPrefsClearedOnDeactivation = bitPrefsMask(
  'receiveEmailNotifications',
  'newPostNavigationLayout',
  'enablePrivateFavorites',
  'showDeletedChildren',
  'disableCategorizedSavedSearches',
  'disableTaggedFilenames',
  'disableMobileGestures',
  'enableSafeMode',
  'enableDesktopMode',
  'disablePostTooltips',
  'showDeletedPosts',
)
