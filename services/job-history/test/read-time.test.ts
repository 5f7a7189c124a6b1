import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { timeOf } from '../src/read/read-time.ts'

test('a time is read as Date.parse reads it, however it is written', () => {
  const date = fc.date({ min: new Date(0), max: new Date('9998-01-01'), noInvalidDate: true })
  const digits = fc.stringMatching(/^\d{0,6}$/)
  const zone = fc.constantFrom('Z', '+02:00', '')
  fc.assert(
    fc.property(date, digits, zone, fc.nat(30), (time, more, place, cut) => {
      const text = time.toISOString().replace('Z', more + place)
      for (const written of [text, text.slice(0, cut), text.replace(/\.\d+/, '')]) {
        const expected = Date.parse(written)
        const isMeant = expected >= 0 && expected < Date.UTC(9999, 0, 1)
        assert.equal(timeOf(written), isMeant ? expected : undefined, written)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('what is no time', () => {
  for (const text of [
    undefined,
    '',
    'x',
    '2026-13-01T00:00:00.000Z',
    '2026-01-01T00:00:61.000Z',
    '2026-01-01T00:00:-1.00Z',
  ])
    assert.equal(timeOf(text), undefined, text)
})
