import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkRule, duesBetween, nextDue, nextDues } from '../../src/schedule/calendar.ts'

const newYork = 'America/New_York'
const at = (text: string) => new Date(`${text}Z`)

describe('the next times at which a rule is due', () => {
  const cases = [
    {
      what: 'every hour when clocks go forward',
      cron: '0 0 * * * *',
      zone: newYork,
      from: '2026-03-08T05:30:00',
      due: ['2026-03-08T06:00:00', '2026-03-08T07:00:00', '2026-03-08T08:00:00'],
    },
    {
      what: 'every hour when clocks go back: both hours named 1:00',
      cron: '0 0 * * * *',
      zone: newYork,
      from: '2026-11-01T04:30:00',
      due: ['2026-11-01T05:00:00', '2026-11-01T06:00:00', '2026-11-01T07:00:00'],
    },
    {
      what: 'midnight on the day of 23 hours',
      cron: '0 0 0 * * *',
      zone: newYork,
      from: '2026-03-07T12:00:00',
      due: ['2026-03-08T05:00:00', '2026-03-09T04:00:00'],
    },
    {
      what: 'midnight on the day of 25 hours',
      cron: '0 0 0 * * *',
      zone: newYork,
      from: '2026-10-31T12:00:00',
      due: ['2026-11-01T04:00:00', '2026-11-02T05:00:00'],
    },
    {
      what: 'a time that does not exist that day: right after the gap',
      cron: '0 30 2 * * *',
      zone: newYork,
      from: '2026-03-07T12:00:00',
      due: ['2026-03-08T07:00:00', '2026-03-09T06:30:00'],
    },
    {
      what: 'a time that exists twice that day: once',
      cron: '0 30 1 * * *',
      zone: newYork,
      from: '2026-10-31T12:00:00',
      due: ['2026-11-01T05:30:00', '2026-11-02T06:30:00'],
    },
    {
      what: 'Sundays at midnight, across the change',
      cron: '0 0 0 * * 0',
      zone: newYork,
      from: '2026-10-26T00:00:00',
      due: ['2026-11-01T04:00:00', '2026-11-08T05:00:00'],
    },
    {
      what: 'the first of the month in Eastern Time is not the first in UTC',
      cron: '0 0 0 1 * *',
      zone: newYork,
      from: '2026-12-15T00:00:00',
      due: ['2027-01-01T05:00:00', '2027-02-01T05:00:00', '2027-03-01T05:00:00', '2027-04-01T04:00:00'],
    },
    {
      what: 'midnight in a zone that is ahead',
      cron: '0 0 0 * * *',
      zone: 'Asia/Tokyo',
      from: '2026-01-01T00:00:00',
      due: ['2026-01-01T15:00:00'],
    },
    {
      what: 'the 29th of February',
      cron: '0 0 0 29 2 *',
      zone: 'UTC',
      from: '2026-01-01T00:00:00',
      due: ['2028-02-29T00:00:00', '2032-02-29T00:00:00'],
    },
  ]
  for (const { what, cron, zone, from, due } of cases) {
    test(what, () => {
      const found = nextDues({ cron, timeZone: zone }, at(from), due.length)
      assert.deepEqual(found, due.map(at))
    })
    test(`${what}, looking back`, () => {
      const last = at(due.at(-1) ?? from)
      assert.deepEqual(duesBetween({ cron, timeZone: zone }, at(from), last, 100), due.map(at))
    })
  }

  test('after a time that is due comes the one behind it', () => {
    assert.deepEqual(
      nextDue({ cron: '0 0 * * * *', timeZone: 'UTC' }, at('2026-01-01T01:00:00')),
      at('2026-01-01T02:00:00'),
    )
  })
})

describe('the times between two moments', () => {
  const hourly = { cron: '0 0 * * * *', timeZone: 'UTC' }
  const cases = [
    { after: '01:00:00', until: '03:00:00', count: 9, due: ['02:00:00', '03:00:00'] },
    { after: '01:00:00', until: '03:00:00.500', count: 9, due: ['02:00:00', '03:00:00'] },
    { after: '01:00:00.100', until: '02:59:59.999', count: 9, due: ['02:00:00'] },
    { after: '02:00:00', until: '02:59:59.999', count: 9, due: [] },
    { after: '00:00:00', until: '23:00:00', count: 2, due: ['22:00:00', '23:00:00'] },
    { after: '05:00:00', until: '04:00:00', count: 9, due: [] },
  ]
  for (const { after, until, count, due } of cases) {
    test(`after ${after} until ${until}, at most ${count}`, () => {
      const day = (time: string) => at(`2026-01-01T${time}`)
      assert.deepEqual(duesBetween(hourly, day(after), day(until), count), due.map(day))
    })
  }

  test('a rule for every second, over more than one batch', () => {
    const dues = duesBetween(
      { cron: '* * * * * *', timeZone: 'UTC' },
      at('2026-01-01T00:00:00'),
      at('2026-01-01T00:10:00'),
      1_000,
    )
    assert.equal(dues.length, 600)
    assert.equal(new Set(dues.map(Number)).size, 600)
    assert.deepEqual(dues[0], at('2026-01-01T00:00:01'))
  })
})

describe('a rule is refused', () => {
  const wrong = [
    ['five fields', '0 0 * * *', 'UTC'],
    ['a name for a rule', '@hourly', 'UTC'],
    ['a time zone that does not exist', '0 0 0 * * *', 'Mars/Olympus'],
    ['a number out of range', '0 60 0 * * *', 'UTC'],
    ['a day that never comes', '0 0 0 31 2 *', 'UTC'],
    ['what the server does not know', '0 0 0 L * *', 'UTC'],
    ['two spaces', '0  0 0 * * *', 'UTC'],
  ] as const
  for (const [what, cron, timeZone] of wrong) {
    test(what, () => assert.throws(() => checkRule({ cron, timeZone }), TypeError))
  }
})
