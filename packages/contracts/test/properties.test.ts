import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { jobTypeByName, jobTypes } from '../src/danbooru/index.ts'
import { type BackOff, PayloadInvalidError } from '../src/index.ts'
import { backOffDelay, milliseconds, nanoseconds, parsePayload, stableId, subjectToken } from '../src/wire.ts'

describe('subjectToken', () => {
  test('is always one token that a publisher may use', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        /^[A-Za-z0-9_~-]{1,100}$/.test(subjectToken(text)),
      ),
    )
  })
  test('keeps different texts apart and plain text as it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => (subjectToken(a) === subjectToken(b)) === (a === b)),
    )
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,100}$/), (text) => subjectToken(text) === text))
  })

  test('leaves a token as it is', () => {
    fc.assert(fc.property(fc.string(), (text) => subjectToken(subjectToken(text)) === subjectToken(text)))
  })
})

describe('durations', () => {
  test('are whole milliseconds, never shorter than asked', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (value) => {
        const result = milliseconds(value)
        return Number.isInteger(result) && result >= value && result <= value + 1
      }),
    )
  })
  test('have units', () => {
    const units = [
      ['ms', 1],
      ['s', 1e3],
      ['m', 6e4],
      ['h', 36e5],
      ['d', 864e5],
    ] as const
    fc.assert(
      fc.property(fc.nat(10_000), fc.constantFrom(...units), (count, [unit, size]) => {
        assert.equal(milliseconds(`${count}${unit}`), count * size)
        assert.equal(nanoseconds(`${count}${unit}`), count * size * 1e6)
      }),
    )
  })
  test('refuse what is none', () => {
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => milliseconds(value), RangeError)
  })
})

test('a back-off is a whole number of milliseconds from 1 to its limit', () => {
  const backOff: fc.Arbitrary<BackOff> = fc.oneof(
    fc.record({ kind: fc.constant('exponential' as const), first: fc.nat(1e6), max: fc.nat(1e8) }),
    fc.record({
      kind: fc.constant('polynomial' as const),
      first: fc.nat(1e6),
      power: fc.nat(5),
      max: fc.nat(1e8),
    }),
    fc.record({ kind: fc.constant('list' as const), delays: fc.tuple(fc.nat(1e6), fc.nat(1e6)) }),
  )
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(backOff, fc.integer({ min: 1, max: 10_000 }), random, (policy, attempt, chance) => {
      const delay = backOffDelay(policy, attempt, chance)
      const limit =
        policy.kind === 'list' ? Math.max(...policy.delays.map(milliseconds)) : milliseconds(policy.max) * 1.1
      return Number.isInteger(delay) && delay >= 1 && delay <= Math.max(1, Math.ceil(limit))
    }),
  )
})

test('a stable id is a UUID, the same for the same place', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (name, index) => {
      assert.match(
        stableId(name, index),
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      )
      assert.equal(stableId(name, index), stableId(name, index))
      assert.notEqual(stableId(name, index), stableId(name, index + 1))
    }),
  )
})

/** Danbooru's jobs at commit b43a913ad7, `app/jobs`. Further job types may be declared beside them. */
const ofDanbooru = [
  'amcheck-database',
  'bigquery-export',
  'bigquery-export-all',
  'delete-favorites',
  'delete-user',
  'discord-notification',
  'dmail-inactive-approvers',
  'iqdb-add-post',
  'iqdb-remove-post',
  'mail-delivery',
  'populate-saved-search',
  'process-bulk-update-request',
  'process-upload',
  'process-upload-media-asset',
  'prune-approvers',
  'prune-bans',
  'prune-bulk-update-requests',
  'prune-jobs',
  'prune-post-disapprovals',
  'prune-posts',
  'prune-rate-limits',
  'regenerate-post',
  'regenerate-post-counts',
  'retire-tag-relationships',
  'vacuum-database',
]

describe('job types', () => {
  test('include the 25 of Danbooru', () => {
    assert.deepEqual(
      ofDanbooru.filter((name) => jobTypeByName(name) === undefined),
      [],
    )
  })

  test('have a name each', () => {
    assert.equal(new Set(jobTypes.map(({ name }) => name)).size, jobTypes.length)
    for (const type of jobTypes) assert.equal(jobTypeByName(type.name), type)
    assert.equal(jobTypeByName('toString'), undefined)
  })

  const fields = [
    'userId',
    'postId',
    'part',
    'mail',
    'query',
    'model',
    'dataset',
    'category',
    'uploadId',
    'dmailId',
    'forumPostId',
    'uploadMediaAssetId',
    'bulkUpdateRequestId',
    'privateFavorites',
    '__proto__',
  ]
  const value = fc.oneof(
    fc.jsonValue(),
    fc.integer(),
    fc.double(),
    fc.constantFrom('all', 'welcome_user', 'Post'),
  )
  const garbage = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...fields), value))
  for (const type of jobTypes) {
    test(`${type.name}: garbage is refused with a short reason or is a payload that parses to itself`, () => {
      fc.assert(
        fc.property(garbage, (payload) => {
          try {
            const parsed = parsePayload(type.name, type.payload, payload)
            assert.deepEqual(
              parsePayload(type.name, type.payload, JSON.parse(JSON.stringify(parsed))),
              parsed,
            )
          } catch (error) {
            assert.ok(error instanceof PayloadInvalidError, String(error))
            assert.ok(error.message.length < 800)
          }
        }),
        { numRuns: 400 },
      )
    })
  }
})
