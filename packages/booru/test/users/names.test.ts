import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  deletedUserName,
  isDeletedUserName,
  normalizeUserName,
  userNameError,
} from '../../src/users/names.ts'

const tooShort = 'must be more than 1 character long'
const tooLong = 'must be less than 25 characters long'
const whitespace = "can't contain whitespace"
const extension = "can't end with a file extension"
const basic = 'must contain only basic letters or numbers'
const deleted = "can't be the same as a deleted user"

const names: [string, string | undefined][] = [
  ['albert', undefined],
  ['Al.b-e_r7', undefined],
  ['葉月', undefined],
  ['ひらがな', undefined],
  ['カタカナ', undefined],
  ['한글', undefined],
  ['', tooShort],
  ['a', tooShort],
  ['𠀀', tooShort],
  ['a'.repeat(24), undefined],
  ['a'.repeat(25), tooLong],
  ['foo bar', whitespace],
  ['foo\u3000bar', whitespace],
  ['foo\n', whitespace],
  ['_foo', "can't start with '_'"],
  ['~foo', "can't start with '~'"],
  ['foo_', "can't end with '_'"],
  ['foo.', "can't end with '.'"],
  ['foo.html', extension],
  ['foo.JPEG', extension],
  ['foo.sitemap', extension],
  ['foo.jp', undefined],
  ['foo__bar', "can't contain multiple underscores in a row"],
  ['foo,bar', "can't contain ','"],
  ['foo$b,ar$s', "can't contain '$' and ','"],
  ['a$b*c,d', "can't contain '$', '*', and ','"],
  ['fooébar', basic],
  ['foo😀bar', basic],
  ['user_123', deleted],
  ['USER_1', deleted],
  ['user_123a', undefined],
]

describe('user names', () => {
  for (const [name, error] of names) {
    test(`${JSON.stringify(name)}: ${error ?? 'valid'}`, () => assert.equal(userNameError(name), error))
  }

  test('that are taken or not wanted are refused, the first rule broken first', () => {
    assert.equal(userNameError('a', { taken: true }), 'already exists')
    assert.equal(userNameError('admin2', { forbidden: [/^admin/] }), 'is not allowed')
    assert.equal(userNameError('admin 2', { forbidden: [/^admin/] }), whitespace)
  })

  test('are looked up without case, outer spaces, and spaces for underscores', () => {
    assert.equal(normalizeUserName('  Foo Bar '), 'foo_bar')
  })

  test('of deactivated accounts are recognized as a whole', () => {
    const recognized = [
      'user_5',
      'user_5~',
      'user_17~~~',
      'my_user_12',
      'user_5~a',
      'User_5',
      'user_',
      'user_5\n',
    ]
    assert.deepEqual(recognized.filter(isDeletedUserName), ['user_5', 'user_5~', 'user_17~~~'])
    assert.deepEqual(
      [0, 1, 2].map((attempt) => deletedUserName(5, attempt)),
      ['user_5', 'user_5~', 'user_5~~'],
    )
  })
})
