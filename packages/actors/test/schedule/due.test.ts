import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineJob } from '@danbooru-jobs/contracts'
import { defineMaintenanceJob } from '@danbooru-jobs/contracts/danbooru'
import { z } from 'zod'
import { type CatchUp, defineSchedule } from '../../src/schedule/define-schedule.ts'
import { decideDue } from '../../src/schedule/due.ts'

const hourly = { cron: '0 0 * * * *', timeZone: 'UTC' }
const at = (time: string) => new Date(`2026-01-01T${time}Z`)

describe('what a schedule gets', () => {
  const all = (max: number, window: '2h' | '24h'): CatchUp => ({ all: { max, window } })
  const cases: [string, CatchUp, string, string, string[], number, string][] = [
    ['nothing before its time', 'last', '01:00:00', '01:59:59', [], 0, '01:00:00'],
    ['one run on time', 'last', '01:00:00', '02:00:00.100', ['02:00:00'], 0, '02:00:00'],
    ['nothing the second time it is asked', 'last', '02:00:00', '02:00:00.200', [], 0, '02:00:00'],
    [
      'one run on time, without catch-up too',
      'none',
      '01:00:00',
      '02:00:00.100',
      ['02:00:00'],
      0,
      '02:00:00',
    ],
    ['one run a little late', 'none', '01:00:00', '02:05:00', ['02:00:00'], 0, '02:00:00'],
    ['no late run with "none"', 'none', '01:00:00', '02:05:01', [], 1, '02:00:00'],
    ['only what is on time with "none"', 'none', '01:00:00', '05:00:01', ['05:00:00'], 3, '05:00:00'],
    ['one late run with "last"', 'last', '01:00:00', '05:30:00', ['05:00:00'], 3, '05:00:00'],
    ['all in the window', all(9, '2h'), '01:00:00', '05:30:00', ['04:00:00', '05:00:00'], 2, '05:00:00'],
    ['the newest of all', all(2, '24h'), '01:00:00', '05:30:00', ['04:00:00', '05:00:00'], 2, '05:00:00'],
    [
      'all of all',
      all(9, '24h'),
      '02:00:00',
      '05:00:00',
      ['03:00:00', '04:00:00', '05:00:00'],
      0,
      '05:00:00',
    ],
  ]
  for (const [what, catchUp, settledUntil, now, runs, missed, settled] of cases) {
    test(what, () => {
      assert.deepEqual(decideDue(hourly, catchUp, at(settledUntil), at(now)), {
        runs: runs.map(at),
        missed,
        settledUntil: at(settled),
      })
    })
  }

  test('of years of downtime only so much is counted', () => {
    const due = decideDue(hourly, 'last', new Date('2020-01-01T00:00:00Z'), at('00:00:00'))
    assert.deepEqual([due.runs, due.missed], [[at('00:00:00')], 999])
  })
})

describe('a schedule', () => {
  const unique = defineMaintenanceJob({ name: 'tidy', title: 'Tidies' })
  const many = defineJob({ name: 'many', title: 'Many', payload: z.object({}) })

  test('is named like its job, skips what overlaps and catches up with one run', () => {
    const { name, overlap, catchUp, rule } = defineSchedule({ job: unique, payload: {}, cron: '0 0 * * * *' })
    assert.deepEqual(
      { name, overlap, catchUp, rule },
      { name: 'tidy', overlap: 'skip', catchUp: 'last', rule: { cron: '0 0 * * * *', timeZone: 'UTC' } },
    )
  })

  test('queues the jobs of a type that is not unique', () => {
    assert.equal(defineSchedule({ job: many, payload: {}, cron: '0 0 * * * *' }).overlap, 'queue')
  })

  const wrong: [string, () => unknown][] = [
    [
      'skip for a type that is not unique',
      () => defineSchedule({ job: many, payload: {}, cron: '0 0 * * * *', overlap: 'skip' }),
    ],
    [
      'all runs where each skips the next',
      () =>
        defineSchedule({
          job: unique,
          payload: {},
          cron: '0 0 * * * *',
          catchUp: { all: { max: 2, window: '1h' } },
        }),
    ],
    [
      'no runs',
      () =>
        defineSchedule({
          job: many,
          payload: {},
          cron: '0 0 * * * *',
          catchUp: { all: { max: 0, window: '1h' } },
        }),
    ],
    [
      'a name that breaks its subject',
      () => defineSchedule({ name: 'a.b', job: many, payload: {}, cron: '0 0 * * * *' }),
    ],
    ['a rule that is none', () => defineSchedule({ job: many, payload: {}, cron: 'hourly' })],
  ]
  for (const [what, declare] of wrong) test(`is refused: ${what}`, () => assert.throws(declare, TypeError))
})
