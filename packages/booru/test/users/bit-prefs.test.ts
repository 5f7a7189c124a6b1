import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type BitPref,
  bitPrefs,
  bitPrefsClearedOnDeactivation,
  bitPrefsMask,
  hasBitPref,
  newAccountBitPrefs,
  withBitPref,
} from '../../src/users/bit-prefs.ts'

const masks: [BitPref, bigint][] = [
  ['isBanned', 1n],
  ['receiveEmailNotifications', 4n],
  ['newPostNavigationLayout', 32n],
  ['enablePrivateFavorites', 64n],
  ['showDeletedChildren', 2048n],
  ['disableCategorizedSavedSearches', 32768n],
  ['disableTaggedFilenames', 131072n],
  ['disableMobileGestures', 1048576n],
  ['enableSafeMode', 2097152n],
  ['enableDesktopMode', 4194304n],
  ['disablePostTooltips', 8388608n],
  ['requiresVerification', 268435456n],
  ['isVerified', 536870912n],
  ['showDeletedPosts', 1073741824n],
]

describe('bit_prefs', () => {
  test('are 31 different flags, those in use at the masks Danbooru gives them', () => {
    assert.equal(new Set(bitPrefs).size, 31)
    assert.deepEqual(
      masks.map(([flag]) => [flag, bitPrefsMask(flag)]),
      masks,
    )
    const used = bitPrefs.filter((flag) => !flag.startsWith('unused'))
    assert.deepEqual(
      used,
      masks.map(([flag]) => flag),
    )
  })

  for (const [flag, mask] of masks) {
    test(`${flag} is read and set without touching another bit`, () => {
      const others = (1n << 40n) - 1n - mask
      assert.equal(hasBitPref(mask, flag), true)
      assert.equal(hasBitPref(others, flag), false)
      assert.equal(withBitPref(others, flag, true), others | mask)
      assert.equal(withBitPref(others | mask, flag, false), others)
    })
  }

  test('deactivation clears what Danbooru clears; a new account has the new layout', () => {
    assert.equal(bitPrefsClearedOnDeactivation, 1089636452n)
    assert.equal(newAccountBitPrefs, 32n)
    for (const kept of ['isBanned', 'requiresVerification', 'isVerified'] as const) {
      assert.equal(hasBitPref(bitPrefsClearedOnDeactivation, kept), false)
    }
  })
})
