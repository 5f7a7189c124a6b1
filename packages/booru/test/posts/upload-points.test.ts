import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { replayUploadPoints } from '@danbooru-jobs/booru'

/** What an uploader has after these uploads: `a` survived, `d` deleted. */
const cases: Record<string, number> = {
  '': 1_000,
  a: 1_010,
  d: 967,
  ad: 977,
  da: 977,
  dd: 934,
  [`${'a'.repeat(900)}`]: 10_000,
  [`${'a'.repeat(2_000)}`]: 10_000,
  [`${'a'.repeat(10)}d`]: 1_100 - 40,
  [`${'d'.repeat(100)}`]: 0,
  [`${'d'.repeat(100)}a`]: 10,
}

describe('upload points', () => {
  for (const [history, points] of Object.entries(cases)) {
    const name = history.length > 12 ? `${history.slice(0, 12)}… (${history.length})` : history
    test(`after "${name}" are ${points}`, () => assert.equal(replayUploadPoints(history), points))
  }
})
