import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { daysOfWarning, daysToNextMonth, easternDay, sameEasternDay } from '@danbooru-jobs/booru'

describe('US Eastern time', () => {
  test('is behind UTC, less in summer', () => {
    assert.deepEqual(easternDay(new Date('2026-01-01T04:59:59Z')), { year: 2025, month: 12, day: 31 })
    assert.deepEqual(easternDay(new Date('2026-07-01T04:00:00Z')), { year: 2026, month: 7, day: 1 })
  })

  test('has its own days', () => {
    const late = new Date('2026-01-10T23:00:00Z')
    assert.equal(sameEasternDay(late, new Date('2026-01-11T04:00:00Z')), true)
    assert.equal(sameEasternDay(late, new Date('2026-01-11T05:00:00Z')), false)
  })
})

const months: [year: number, month: number, day: number, days: number][] = [
  [2020, 1, 20, 12],
  [2020, 2, 29, 1],
  [2021, 2, 28, 1],
  [2026, 12, 1, 31],
]

describe('the first of next month', () => {
  for (const [year, month, day, days] of months) {
    test(`is ${days} days from ${year}-${month}-${day}`, () => {
      assert.equal(daysToNextMonth({ year, month, day }), days)
    })
  }

  test('is warned of within 21 days', () => {
    assert.equal(daysOfWarning(new Date('2020-01-10T12:00:00Z')), undefined)
    assert.equal(daysOfWarning(new Date('2020-01-12T12:00:00Z')), 20)
    assert.equal(daysOfWarning(new Date('2020-01-31T12:00:00Z')), 1)
  })
})
