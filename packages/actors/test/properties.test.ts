import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readServiceSettings, SettingError } from '@danbooru-jobs/actors/program'
import fc from 'fast-check'
import { parseAckSubject } from '../src/transport/delivered-message.ts'
import { judgeFailure, judgeReply } from '../src/transport/judge-reply.ts'
import { problemOfStatus } from '../src/transport/mailbox.ts'
import { decideStart, type LastReport } from '../src/worker/attempt.ts'
import { pickNext, Slots } from '../src/worker/slots.ts'

describe('whether a job starts, whatever happened before', () => {
  const report = fc.record({
    kind: fc.constantFrom<LastReport['kind']>('started', 'running', 'failed'),
    attempt: fc.integer({ min: 1, max: 50 }),
    host: fc.string(),
    crashes: fc.integer({ min: 0, max: 5 }),
  })
  const delivered = fc.record({
    deliveries: fc.integer({ min: 1, max: 50 }),
    attemptsBefore: fc.integer({ min: 0, max: 50 }),
    lastReport: fc.option(report, { nil: undefined }),
  })
  const attempts = fc.integer({ min: 1, max: 20 })

  test('the attempt is the count of all that began, and never beyond the limit', () => {
    fc.assert(
      fc.property(delivered, attempts, (before, limit) => {
        const start = decideStart(before, { attempts: limit })
        assert.equal(start.attempt, before.attemptsBefore + before.deliveries)
        if (start.kind === 'start')
          assert.ok(start.attempt <= limit && start.crashes < 3 && start.crashes >= 0)
      }),
    )
  })

  test('a first delivery with attempts left always starts, with no crash to its name', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 19 }), (attemptsBefore) => {
        const start = decideStart({ deliveries: 1, attemptsBefore, lastReport: undefined }, { attempts: 20 })
        assert.deepEqual(start, { kind: 'start', attempt: attemptsBefore + 1, crashes: 0 })
      }),
    )
  })

  test('a history of crashes only ends in quarantine after the third, whatever the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 20 }), (limit) => {
        let last: LastReport | undefined
        for (let deliveries = 1; ; deliveries++) {
          const start = decideStart({ deliveries, attemptsBefore: 0, lastReport: last }, { attempts: limit })
          if (start.kind === 'refuse') {
            assert.equal(deliveries, 4)
            assert.match(start.reason, /^crashed: /)
            return
          }
          if (start.kind === 'start' && deliveries > 1)
            last = { kind: 'started', attempt: start.attempt, host: 'a:1', crashes: start.crashes }
        }
      }),
    )
  })
})

describe('which waiting job is next', () => {
  const waiting = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 30 })
  const asJobs = (priorities: readonly number[]) =>
    priorities.map((priority) => ({ priority, start: () => undefined }))

  test('the oldest of the smallest priority, but every fifth turn the oldest', () => {
    fc.assert(
      fc.property(waiting, fc.nat(1_000), (priorities, turn) => {
        const picked = pickNext(asJobs(priorities), turn)
        const expected = turn % 5 === 0 ? 0 : priorities.indexOf(Math.min(...priorities))
        assert.equal(picked, expected)
      }),
    )
  })

  test('no job starves: the least important of n waiting jobs starts within 5 × n turns, however many others come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.nat(4), (ahead, offset) => {
        const slots = new Slots(1)
        let hasStarted = false
        const important = () => slots.run({ priority: -100, start: () => undefined })
        for (let index = 0; index <= ahead + offset; index++) important()
        slots.run({ priority: 100, start: () => (hasStarted = true) })
        let turns = 0
        while (!hasStarted) {
          important()
          slots.release()
          turns++
          assert.ok(turns <= 5 * (ahead + offset + 2))
        }
      }),
    )
  })

  test('no more run at once than there are slots, and all run in the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), waiting, (size, priorities) => {
        const slots = new Slots(size)
        let [running, started] = [0, 0]
        for (const priority of priorities) {
          slots.run({
            priority,
            start: () => {
              running++
              started++
              assert.ok(running <= size)
            },
          })
        }
        while (running > 0) {
          running--
          slots.release()
        }
        assert.equal(started, priorities.length)
        assert.equal(slots.free, size)
      }),
    )
  })
})

describe('the subject of an acknowledgment', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/)
  const whole = fc.integer({ min: 0, max: 2 ** 40 })

  test('means the same in both versions of its form', () => {
    fc.assert(
      fc.property(
        name,
        name,
        whole,
        whole,
        whole,
        whole,
        name,
        name,
        (stream, consumer, deliveries, sequence, ms, pending, domain, account) => {
          const rest = `${stream}.${consumer}.${deliveries}.${sequence}.7.${ms}000000.${pending}`
          const expected = { stream, consumer, deliveries, streamSequence: sequence, storedAt: ms, pending }
          assert.deepEqual(parseAckSubject(`$JS.ACK.${rest}`), expected)
          assert.deepEqual(parseAckSubject(`$JS.ACK.${domain}.${account}.${rest}.random`), expected)
        },
      ),
    )
  })

  test('is nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (subject) => {
        assert.equal(subject.startsWith('$JS.ACK.') ? undefined : parseAckSubject(subject), undefined)
      }),
    )
  })
})

describe('a status of a pull', () => {
  test('that means "ask again" is no problem, whatever it says; any other has one of four names', () => {
    const code = fc.oneof(fc.constantFrom(404, 408, 409, 503), fc.integer({ min: 101, max: 599 }))
    fc.assert(
      fc.property(code, fc.string(), (status, description) => {
        const problem = problemOfStatus(status, description)
        if (status === 404 || status === 408) assert.equal(problem, undefined)
        if (status === 503) assert.equal(problem?.kind, 'no-responders')
        if (problem) assert.ok(['consumer-gone', 'no-responders', 'silent', 'refused'].includes(problem.kind))
      }),
    )
  })

  test('distinguishes a consumer that is gone from a leader that changes', () => {
    assert.equal(problemOfStatus(409, 'Consumer Deleted')?.kind, 'consumer-gone')
    assert.equal(problemOfStatus(409, 'Leadership Change'), undefined)
    assert.equal(problemOfStatus(409, 'Exceeded MaxRequestBatch of 1')?.kind, 'refused')
  })
})

describe('what an answer to the relay means', () => {
  test('a row is done with only if its message, or a job like it, is stored', () => {
    const code = fc.oneof(
      fc.constantFrom(10071, 10164, 10054, 10189, 10201),
      fc.integer({ min: 0, max: 10_300 }),
    )
    fc.assert(
      fc.property(code, fc.string(), (errorCode, description) => {
        const judged = judgeReply({ kind: 'error', code: errorCode, description })
        assert.equal(judged.kind === 'stored', errorCode === 10071 || errorCode === 10164)
        if (judged.kind === 'refused') assert.ok(judged.reason.includes(String(errorCode)))
      }),
    )
  })

  test('an unknown failure is tried again', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(judgeFailure(new Error(text)).kind, 'later')))
  })
})

describe('settings', () => {
  const names = [
    'DATABASE_POOL_SIZE',
    'MAX_THREADS',
    'HEALTH_PORT',
    'SHUTDOWN_GRACE_SECONDS',
    'STREAM_REPLICAS',
    'ACK_WAIT_SECONDS',
  ] as const

  test('are whole numbers within their bounds, or one line names the variable', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String)),
        (name, text) => {
          try {
            const values = Object.values(readServiceSettings({ [name]: text })).filter(
              (value) => typeof value === 'number',
            )
            assert.ok(values.every((value) => Number.isInteger(value) && value >= 0))
          } catch (error) {
            assert.ok(
              error instanceof SettingError && error.message.startsWith(`${name}: must be a whole number`),
            )
          }
        },
      ),
    )
  })
})
