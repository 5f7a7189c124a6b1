import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Gap, gapsBetween, joinGaps } from '../src/read/gaps.ts'

const inside = (gaps: readonly Gap[], sequence: number) =>
  gaps.some(({ from, to }) => from <= sequence && sequence <= to)

describe('gaps in the sequence of copies', () => {
  const cases: [string, number, number[], Gap[], number][] = [
    ['nothing copied', 5, [], [], 5],
    ['one after the other', 5, [6, 7, 8], [], 8],
    ['in any order, and twice', 5, [8, 6, 7, 6], [], 8],
    ['known already', 5, [2, 5], [], 5],
    ['one missing', 5, [6, 8], [{ from: 7, to: 7 }], 8],
    ['missing at the front', 5, [9], [{ from: 6, to: 8 }], 9],
    [
      'two gaps',
      0,
      [1, 3, 7],
      [
        { from: 2, to: 2 },
        { from: 4, to: 6 },
      ],
      7,
    ],
  ]
  for (const [name, known, copied, gaps, upTo] of cases) {
    test(name, () => assert.deepEqual(gapsBetween(known, copied), { gaps, upTo }))
  }

  const copied = fc.array(fc.nat(200), { maxLength: 60 })

  test('each sequence is known, copied or in a gap, and in one of them only', () => {
    fc.assert(
      fc.property(fc.nat(100), copied, (known, sequences) => {
        const { gaps, upTo } = gapsBetween(known, sequences)
        for (let sequence = known + 1; sequence <= upTo; sequence++) {
          assert.notEqual(inside(gaps, sequence), sequences.includes(sequence))
        }
        assert.ok(!gaps.some(({ from, to }) => from <= known || to >= upTo))
      }),
    )
  })

  test('joined they are few, in order, and leave nothing out', () => {
    fc.assert(
      fc.property(copied, fc.integer({ min: 1, max: 5 }), (sequences, most) => {
        const { gaps } = gapsBetween(0, sequences)
        const joined = joinGaps(gaps, most)
        assert.ok(joined.length <= most)
        for (const { from, to } of gaps) {
          assert.ok(joined.some((one) => one.from <= from && to <= one.to))
        }
        assert.deepEqual(
          joined,
          joined.toSorted((a, b) => a.from - b.from),
        )
      }),
    )
  })
})
