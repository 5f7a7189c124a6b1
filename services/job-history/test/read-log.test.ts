import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { vanishedReason } from '@danbooru-jobs/contracts/wire'
import { readLogMessage, readQueued } from '../src/read/read-log.ts'
import { resume } from '../src/write/position.ts'

const raw = (subject: string, body: unknown, headers: Record<string, string> = {}) => ({
  subject,
  data: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
  headers: new Map(Object.entries(headers)),
})
const event = {
  timestamp: '2026-01-02T03:04:05.678901234Z',
  stream: 'JOBS',
  consumer: 'delete-user',
  stream_seq: 7,
  deliveries: 2,
}
const place = { 'Nats-Sequence': '7', 'Nats-Time-Stamp': '2026-01-02T03:04:05.678901234Z' }

describe('reading the job log', () => {
  const kinds: readonly [string, ReturnType<typeof raw>, readonly string[]][] = [
    ['a copy', raw('job-log.stored.jobs.delete-user.42', '{}', place), ['stored']],
    ['a copy without its place', raw('job-log.stored.jobs.delete-user', '{}'), []],
    [
      'a metric',
      raw('$JS.EVENT.METRIC.CONSUMER.ACK.JOBS.x', { ...event, ack_time: 1_000_000 }),
      ['acknowledged'],
    ],
    ['a metric of another stream', raw('$JS.EVENT.METRIC.CONSUMER.ACK.X.x', { ...event, stream: 'X' }), []],
    ['a nak', raw('$JS.EVENT.ADVISORY.CONSUMER.MSG_NAKED.JOBS.x', event), ['naked']],
    ['a termination', raw('$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.x', event), ['terminated']],
    [
      'a message that is gone, as a server finds that was killed',
      raw('$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.x', { ...event, reason: vanishedReason }),
      [],
    ],
    ['too many deliveries', raw('$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.JOBS.x', event), ['terminated']],
    ['another advisory', raw('$JS.EVENT.ADVISORY.CONSUMER.CREATED.JOBS.x', event), []],
    ['no JSON', raw('$JS.EVENT.METRIC.CONSUMER.ACK.JOBS.x', 'x'), []],
    ['no report', raw('job-log.report.x.7', { kind: 'running' }), []],
    [
      'removed jobs',
      raw('job-log.removed.x', {
        jobType: 'x',
        streamSequences: [1, 2],
        reason: 'cancelled: r',
        by: 'b',
        at: event.timestamp,
      }),
      ['terminated', 'terminated'],
    ],
    ['something new', raw('job-log.something.new', {}), []],
  ]
  for (const [name, message, expected] of kinds) {
    test(name, () => {
      const entries = readLogMessage(message, 1)
      assert.deepEqual(
        entries.map(({ kind }) => kind),
        expected,
      )
    })
  }

  test('a job with headers, and without', () => {
    const at = { sequence: 7, storedAt: 1_000 }
    const named = readQueued(
      raw('jobs.delete-user.42', '{}', {
        'Job-Id': 'a',
        'Nats-Msg-Id': 'a:snoozed:3',
        'Job-Attempts': '2',
        Own: 'x',
      }),
      at,
    )
    assert.deepEqual(
      [named?.jobId, named?.appearance, named?.attemptsBefore, named?.type, named?.key, named?.headers],
      ['a', 'again', 2, 'delete-user', '42', { Own: 'x' }],
    )
    const bare = readQueued(raw('jobs.delete-user', '{}'), at)
    assert.deepEqual([bare?.jobId, bare?.appearance, bare?.enqueuedAt], ['JOBS-7', 'open', 1_000])
    const wrong = readQueued(
      raw('jobs.x', '{}', { 'Job-Attempts': '-1', 'Job-Enqueued-At': '+123456-01-01T00:00:00Z' }),
      at,
    )
    assert.deepEqual([wrong?.attemptsBefore, wrong?.enqueuedAt], [0, 1_000])
  })

  test('a schedule that fires once is a job, one that repeats is none', () => {
    const at = { sequence: 7, storedAt: 1_000 }
    const target = { 'Nats-Schedule-Target': 'jobs.x' }
    const once = readQueued(
      raw('schedules.x.1', '{}', { ...target, 'Nats-Schedule': '@at 2030-01-01T00:00:00Z' }),
      at,
    )
    assert.deepEqual([once?.scheduledFor, once?.subject, once?.type], [Date.UTC(2030, 0, 1), 'jobs.x', 'x'])
    assert.equal(once?.state, 'scheduled')
    assert.equal(
      readQueued(raw('schedules.x.1', '{}', { ...target, 'Nats-Schedule': '0 0 * * * *' }), at),
      undefined,
    )
  })
})

describe('where to go on in the log', () => {
  const facts = { created: new Date(5), first: 1, last: 100, timeAtPosition: 77 }
  const known = { log: 50, logTime: 77, logCreated: 5 }
  const cases = [
    ['as it was', known, facts, undefined],
    [
      'at the beginning',
      { log: 0, logTime: undefined, logCreated: undefined },
      facts,
      { log: 0, knownUntil: 0 },
    ],
    ['behind what has been deleted', known, { ...facts, first: 60, timeAtPosition: undefined }, undefined],
    ['in another stream', known, { ...facts, created: new Date(6) }, { log: 0, knownUntil: 100 }],
    ['in a log that has lost its end', known, { ...facts, last: 40 }, { log: 0, knownUntil: 40 }],
    ['in a log with other entries', known, { ...facts, timeAtPosition: 78 }, { log: 0, knownUntil: 100 }],
  ] as const
  for (const [name, before, now, expected] of cases) {
    test(name, () => assert.deepEqual(resume(before, now), expected))
  }
})
