import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ExpectedError } from '../src/expected-error.ts'
import { jobFiles, listLine } from '../src/new-job/job-files.ts'
import { planOf } from '../src/new-job/job-plan.ts'

const versions = { own: '1.2.3', zod: '4.5.6' }

describe('npm run new-job', () => {
  const refused: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /One name is needed\.\n\nnpm run new-job/],
    [['read-feed', 'write-feed'], /One name is needed/],
    [['ReadFeed'], /kebab-case, with two words or more, not "ReadFeed"/],
    [['feed'], /not "feed"/],
    [['read--feed'], /not "read--feed"/],
    [['../read-feed'], /not "\.\.\/read-feed"/],
    [['define-job'], /not "define-job"/],
    [['read-feed', '--often'], /Unknown option '--often'/],
    [['read-feed', '--limit', '0'], /--limit must be a whole number from 1 to 100000, not "0"/],
    [['read-feed', '--limit', '1e3'], /not "1e3"/],
    [['read-feed', '--schedule', 'daily'], /^ExpectedError: --schedule "daily": /],
    [['read-feed', '--setting', 'timeout'], /--setting is written like FEED_TIMEOUT, not "timeout"/],
    [['read-feed', '--resource', 'a b'], /--resource is written like folder, not "a b"/],
  ]
  for (const [args, message] of refused) {
    test(`${args.join(' ') || 'nothing'} is refused`, () => {
      assert.throws(
        () => planOf(args),
        (error) => error instanceof ExpectedError && message.test(String(error)),
      )
    })
  }

  test('a name alone is enough', () => {
    const plan = planOf(['read-feed'])
    assert.equal(plan.title, 'Read feed')
    const text = jobFiles(plan, versions).map((file) => file.text)
    assert.doesNotMatch(text.join(), /unique|limits|settings|resource|scheduler|database/)
    assert.equal(listLine(plan), "export { readFeed } from './read-feed.ts'\n")
  })

  test('a service depends on what it imports, in the versions of the repository', () => {
    const dependencies = (...args: string[]) => {
      const files = jobFiles(planOf(['read-feed', ...args]), versions)
      return JSON.parse(files.find(({ path }) => path.endsWith('package.json'))?.text ?? '').dependencies
    }
    const always = { '@danbooru-jobs/actors': '1.2.3', '@danbooru-jobs/contracts': '1.2.3' }
    assert.deepEqual(dependencies(), always)
    assert.deepEqual(dependencies('--database'), { ...always, '@danbooru-jobs/booru': '1.2.3' })
    assert.deepEqual(dependencies('--setting', 'FEED'), { ...always, zod: '4.5.6' })
  })

  test('a quote in a title is a quote', () => {
    const [contract] = jobFiles(planOf(['read-feed', '--title', "Read a user's \\ feed"]), versions)
    assert.match(contract?.text ?? '', /title: 'Read a user\\'s \\\\ feed'/)
  })
})
