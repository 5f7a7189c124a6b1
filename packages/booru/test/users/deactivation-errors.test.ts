import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deactivationErrors } from '../../src/users/deactivation-errors.ts'
import { levels } from '../../src/users/levels.ts'

const wrongPassword = 'Password is incorrect'
const admin = 'Admins cannot delete their account'
const banned = 'You cannot delete your account if you are banned'
const another = 'You cannot delete an account belonging to another user'
const privileged = 'You cannot delete a privileged account'

const own: [level: keyof typeof levels, isBanned: boolean, passwordCorrect: boolean, errors: string[]][] = [
  ['restricted', false, true, []],
  ['member', false, true, []],
  ['member', false, false, [wrongPassword]],
  ['member', true, true, [banned]],
  ['member', true, false, [wrongPassword, banned]],
  ['gold', false, true, []],
  ['approver', false, true, []],
  ['moderator', false, true, []],
  ['admin', false, true, [admin]],
  ['owner', false, true, [admin]],
  ['admin', true, false, [wrongPassword, admin, banned]],
]

const anothers: [deleter: keyof typeof levels | undefined, target: keyof typeof levels, errors: string[]][] =
  [
    ['owner', 'restricted', []],
    ['owner', 'member', []],
    ['owner', 'gold', [privileged]],
    ['owner', 'admin', [privileged]],
    ['admin', 'member', [another]],
    ['moderator', 'member', [another]],
    ['member', 'member', [another]],
    ['admin', 'gold', [another, privileged]],
    [undefined, 'member', [another]],
  ]

describe('what forbids a deactivation', () => {
  for (const [level, isBanned, passwordCorrect, errors] of own) {
    test(`of oneself: ${level}, banned ${isBanned}, right password ${passwordCorrect}`, () => {
      const target = { id: 5, level: levels[level], isBanned }
      assert.deepEqual(deactivationErrors({ deleter: target, target, passwordCorrect }), errors)
    })
  }
  for (const [deleterLevel, targetLevel, errors] of anothers) {
    for (const isBanned of [false, true]) {
      test(`of a ${targetLevel} by ${deleterLevel ?? 'nobody'}, banned ${isBanned}`, () => {
        const deleter = deleterLevel && { id: 2, level: levels[deleterLevel] }
        const target = { id: 5, level: levels[targetLevel], isBanned }
        assert.deepEqual(deactivationErrors({ deleter, target, passwordCorrect: false }), errors)
      })
    }
  }
})
