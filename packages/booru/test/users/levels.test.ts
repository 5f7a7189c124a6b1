import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as users from '../../src/users/levels.ts'

const thresholds = [
  [20, users.isMember],
  [30, users.isGold],
  [31, users.isPlatinum],
  [32, users.isBuilder],
  [35, users.isContributor],
  [37, users.isApprover],
  [40, users.isModerator],
  [50, users.isAdmin],
  [60, users.isOwner],
] as const

describe('levels', () => {
  for (const [threshold, predicate] of thresholds) {
    test(`${users.levelString(threshold)} is level ${threshold} and everything above`, () => {
      for (const level of Object.values(users.levels)) {
        assert.equal(predicate({ level }), level >= threshold, `level ${level}`)
      }
    })
  }

  test('anonymous and restricted are exactly their level', () => {
    for (const level of Object.values(users.levels)) {
      assert.equal(users.isAnonymous({ level }), level === 0)
      assert.equal(users.isRestricted({ level }), level === 10)
    }
  })

  test('have the names that Danbooru shows', () => {
    const shown = [0, 10, 20, 30, 31, 32, 35, 37, 40, 50, 60, 21].map(users.levelString)
    assert.deepEqual(shown, [
      'Anonymous',
      'Restricted',
      'Member',
      'Gold',
      'Platinum',
      'Builder',
      'Contributor',
      'Approver',
      'Moderator',
      'Admin',
      'Owner',
      undefined,
    ])
  })
})
