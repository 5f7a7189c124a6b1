import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  isModActionCategoryName,
  modActionCategories,
  modActionCategoryName,
} from '../../src/mod-actions/categories.ts'
import { userEventCategories } from '../../src/users/user-event-categories.ts'

describe('categories', () => {
  test('of mod actions are Danbooru’s 51, each code with one name', () => {
    const codes = Object.values(modActionCategories)
    assert.equal(codes.length, 51)
    assert.equal(new Set(codes).size, 51)
    const some = [2, 4, 22, 46, 142, 233, 242, 307, 1000].map(modActionCategoryName)
    assert.deepEqual(some, [
      'user_delete',
      'user_ban',
      'user_feedback_delete',
      'post_permanent_delete',
      'tag_implication_delete',
      'post_vote_undelete',
      'tag_undeprecate',
      'moderation_report_rejected',
      'mass_update',
    ])
    assert.equal(modActionCategoryName(3), undefined)
    assert.equal(isModActionCategoryName('user_delete'), true)
    assert.equal(isModActionCategoryName('toString'), false)
  })

  test('of user events are Danbooru’s eight', () => {
    assert.deepEqual(Object.values(userEventCategories), [0, 50, 100, 200, 300, 400, 500, 600])
    assert.equal(userEventCategories.user_deletion, 300)
  })
})
