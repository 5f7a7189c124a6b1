import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cancel, discard, done, type Outcome, retry, snooze } from '@danbooru-jobs/actors'
import fc from 'fast-check'
import { decideSettlement, decideStart, type LastReport, lostDeliveries } from '../src/worker/attempt.ts'

const failed = (attempt: number, crashes = 0): LastReport => ({
  kind: 'failed',
  attempt,
  host: 'a:1',
  crashes,
})
const started = (attempt: number, crashes: number): LastReport => ({
  kind: 'started',
  attempt,
  host: 'a:1',
  crashes,
})

describe('whether a delivered job starts', () => {
  const rows: [string, Parameters<typeof decideStart>[0], number, object][] = [
    [
      'the first time',
      { deliveries: 1, attemptsBefore: 0, lastReport: undefined },
      5,
      { kind: 'start', attempt: 1, crashes: 0 },
    ],
    [
      'republished after two attempts',
      { deliveries: 1, attemptsBefore: 2, lastReport: undefined },
      5,
      { kind: 'start', attempt: 3, crashes: 0 },
    ],
    [
      'after a failure',
      { deliveries: 2, attemptsBefore: 0, lastReport: failed(1) },
      5,
      { kind: 'start', attempt: 2, crashes: 0 },
    ],
    [
      'after a crash that left no word',
      { deliveries: 2, attemptsBefore: 0, lastReport: undefined },
      5,
      { kind: 'start', attempt: 2, crashes: 1 },
    ],
    [
      'after a second crash',
      { deliveries: 3, attemptsBefore: 0, lastReport: started(2, 1) },
      5,
      { kind: 'start', attempt: 3, crashes: 2 },
    ],
    [
      'after a failure, and a delivery without a report: no worker started it',
      { deliveries: 3, attemptsBefore: 0, lastReport: failed(1) },
      5,
      { kind: 'start', attempt: 3, crashes: 0 },
    ],
    [
      'after a crash, and two deliveries that no worker started',
      { deliveries: 4, attemptsBefore: 0, lastReport: undefined },
      9,
      { kind: 'start', attempt: 4, crashes: 1 },
    ],
    [
      'after two crashes, and a delivery that no worker started',
      { deliveries: 4, attemptsBefore: 0, lastReport: started(2, 1) },
      9,
      { kind: 'start', attempt: 4, crashes: 2 },
    ],
    [
      'after it was parked: it continues as the message that was stored then',
      { deliveries: 3, attemptsBefore: 0, lastReport: { ...failed(0), kind: 'parked' } },
      5,
      { kind: 'drop', attempt: 3 },
    ],
  ]
  for (const [name, delivered, attempts, expected] of rows) {
    test(name, () => assert.deepEqual(decideStart(delivered, { attempts }), expected))
  }

  test('deliveries that certainly reached no worker are not counted', () => {
    const delivered = { deliveries: 3, attemptsBefore: 1, lastReport: undefined, lost: 1 }
    assert.deepEqual(decideStart(delivered, { attempts: 3 }), { kind: 'put-back', attempt: 3 })
  })

  test('the third crash in a row quarantines the job and names the last host', () => {
    const start = decideStart(
      { deliveries: 4, attemptsBefore: 0, lastReport: started(3, 2) },
      { attempts: 5 },
    )
    assert.deepEqual(start, {
      kind: 'refuse',
      attempt: 4,
      reason: 'crashed: the job took its worker down 3 times in a row (last on a:1)',
    })
  })

  test('a failure between crashes starts the count anew', () => {
    const start = decideStart({ deliveries: 5, attemptsBefore: 0, lastReport: failed(4, 2) }, { attempts: 9 })
    assert.deepEqual(start, { kind: 'start', attempt: 5, crashes: 0 })
  })

  test('a crash in the last attempt uses the attempts up', () => {
    const start = decideStart({ deliveries: 2, attemptsBefore: 0, lastReport: undefined }, { attempts: 1 })
    assert.equal(
      start.kind === 'refuse' && start.reason.startsWith('attempts-exhausted: attempt 1 of 1'),
      true,
    )
  })
})

describe('how many deliveries were lost', () => {
  const rows: [string, Parameters<typeof decideStart>[0], number, number][] = [
    ['the first one', { deliveries: 1, attemptsBefore: 0, lastReport: undefined }, 5, 0],
    [
      'a second one without a word: the first may have started',
      { deliveries: 2, attemptsBefore: 0, lastReport: undefined },
      5,
      0,
    ],
    [
      'a second one, had the first announced itself',
      { deliveries: 2, attemptsBefore: 0, lastReport: undefined },
      1,
      1,
    ],
    ['a third one without a word', { deliveries: 3, attemptsBefore: 0, lastReport: undefined }, 5, 1],
    ['after a failure', { deliveries: 2, attemptsBefore: 0, lastReport: failed(1) }, 5, 0],
    ['after a failure and a silence', { deliveries: 3, attemptsBefore: 0, lastReport: failed(1) }, 5, 1],
    ['after a crash', { deliveries: 3, attemptsBefore: 0, lastReport: started(2, 1) }, 5, 0],
    ['with attempts from before', { deliveries: 2, attemptsBefore: 4, lastReport: failed(5) }, 9, 0],
    [
      'with attempts from before and silences',
      { deliveries: 4, attemptsBefore: 4, lastReport: failed(5) },
      9,
      2,
    ],
    [
      'after it was parked',
      { deliveries: 4, attemptsBefore: 0, lastReport: { ...failed(0), kind: 'parked' } },
      1,
      0,
    ],
    ['a report from nowhere', { deliveries: 2, attemptsBefore: 0, lastReport: failed(7) }, 5, 0],
  ]
  for (const [name, delivered, attempts, expected] of rows) {
    test(name, () => assert.equal(lostDeliveries(delivered, { attempts }), expected))
  }
})

describe('what becomes of an attempt', () => {
  const policy = { attempts: 3, backOff: { kind: 'list', delays: [100, 200] } } as const
  const error = new Error('x')
  const rows: [string, Outcome, number, object][] = [
    ['done', done({ n: 1 }), 1, { kind: 'ack', result: { n: 1 } }],
    ['retry', retry(error), 1, { kind: 'retry', delay: 100, error }],
    ['a later retry', retry(error), 2, { kind: 'retry', delay: 200, error }],
    ['retry after a time of its own', retry(error, '1s'), 1, { kind: 'retry', delay: 1000, error }],
    ['snooze', snooze('1m'), 3, { kind: 'put-back', delay: 60_000, attemptsUsed: 2, reason: 'snoozed' }],
    [
      'cancel',
      cancel('no'),
      1,
      { kind: 'term', state: 'cancelled', reason: 'cancelled: no', error: undefined },
    ],
    [
      'discard',
      discard('bad'),
      1,
      { kind: 'term', state: 'discarded', reason: 'discarded: bad', error: undefined },
    ],
  ]
  for (const [name, outcome, attempt, expected] of rows) {
    test(name, () => assert.deepEqual(decideSettlement(outcome, attempt, policy, 0.5), expected))
  }

  test('the last failure discards the job', () => {
    const settlement = decideSettlement(retry(error), 3, policy, 0.5)
    assert.equal(settlement.kind, 'term')
  })

  test('a delay is always a whole number of milliseconds, at least one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
        (attempt, random, after) => {
          const outcome: Outcome = after === null ? { kind: 'retry', error } : { kind: 'retry', error, after }
          const backOff = { kind: 'exponential', first: '1s', max: '1h' } as const
          const settlement = decideSettlement(outcome, attempt, { attempts: 5, backOff }, random)
          assert.equal(
            settlement.kind === 'retry' && Number.isInteger(settlement.delay) && settlement.delay >= 1,
            true,
          )
        },
      ),
    )
  })
})
