import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dtextLinks } from '@danbooru-jobs/booru'

const cases: [body: string, wiki: string[], external: string[]][] = [
  ['nothing', [], []],
  ['[[Touhou]] [[touhou]] [[kaname madoka|]]', ['touhou', 'kaname_madoka'], []],
  ['[[~Hat  (a)_]] [[ ]]', ['hat_(a)'], []],
  ['see https://example.com/a.', [], ['https://example.com/a']],
  ['(https://example.com/a)', [], ['https://example.com/a']],
  ['<https://example.com/a,b>', [], ['https://example.com/a,b']],
  [
    '"x":[https://example.com/a_(b)] "y":https://example.com/c_(d), ok',
    [],
    ['https://example.com/a_(b)', 'https://example.com/c_(d)'],
  ],
  ['"here":/posts/1 post #5 @user', [], []],
  ['[code][[a]] https://a.com[/code] [[b]] [nodtext][[c]][/nodtext]', ['b'], []],
]

describe('the links of a DText text', () => {
  for (const [body, wiki, external] of cases) {
    test(body, () => {
      const links = dtextLinks(body)
      const of = (type: number) => links.filter((link) => link.type === type).map(({ target }) => target)
      assert.deepEqual([of(0), of(1)], [wiki, external])
    })
  }

  test('are cut to what fits', () => {
    assert.equal(dtextLinks(`https://a.com/${'x'.repeat(3_000)}`)[0]?.target.length, 2_048)
  })
})
