import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  bigqueryExport,
  deleteUser,
  modActionCreated,
  pruneBans,
  regeneratePost,
  retireTagRelationships,
} from '../src/danbooru/index.ts'
import type { JobOptions } from '../src/index.ts'
import type { RuntimeJobOptions } from '../src/wire.ts'
import {
  eventMessage,
  isInJobLog,
  jobEndedMessage,
  jobMessage,
  lifecycleMessage,
  parsePayload,
} from '../src/wire.ts'

const now = new Date('2026-01-02T03:04:05.678Z')
const stamp = { id: 'new-id', now }
const common = { 'Nats-Msg-Id': 'new-id', 'Job-Id': 'new-id', 'Job-Enqueued-At': now.toISOString() }
const claim = (subject: string) => ({
  'Job-Unique': 'while-queued-or-running',
  'Nats-Expected-Last-Subject-Sequence': '0',
  'Nats-Expected-Last-Subject-Sequence-Subject': subject,
})

describe('jobMessage', () => {
  test('a plain job', () => {
    assert.deepEqual(jobMessage(regeneratePost, { postId: 1, userId: 2 }, {}, stamp), {
      subject: 'jobs.regenerate-post',
      headers: common,
      body: '{"postId":1,"userId":2}',
    })
  })

  test('a unique job claims its key in both places, and defaults are written out', () => {
    assert.deepEqual(jobMessage(deleteUser, { userId: 42 }, {}, stamp), {
      subject: 'jobs.delete-user.42-all',
      headers: { ...common, ...claim('*.delete-user.42-all') },
      body: '{"userId":42,"part":"all"}',
    })
  })

  test('a delayed unique job waits under its key', () => {
    assert.deepEqual(jobMessage(pruneBans, {}, { delay: '10m' }, stamp), {
      subject: 'schedules.prune-bans.all',
      headers: {
        ...common,
        ...claim('*.prune-bans.all'),
        'Nats-Schedule': '@at 2026-01-02T03:14:05.678Z',
        'Nats-Schedule-Target': 'jobs.prune-bans.all',
      },
      body: '{}',
    })
  })

  test('a delayed job without a key waits under its id', () => {
    const at = new Date('2026-02-01T00:00:00Z')
    const message = jobMessage(regeneratePost, { postId: 1, userId: 2 }, { at, id: 'a.b c' }, stamp)
    assert.match(message.subject, /^schedules\.regenerate-post\.~[\w-]{22}$/)
    assert.equal(message.headers['Nats-Schedule-Target'], 'jobs.regenerate-post')
    assert.equal(message.headers['Job-Id'], 'a.b c')
  })

  test('a time that has come means now', () => {
    for (const options of [{ at: now }, { at: new Date(0) }, { delay: 0 }] satisfies JobOptions[]) {
      assert.equal(jobMessage(pruneBans, {}, options, stamp).subject, 'jobs.prune-bans.all')
    }
  })

  test('every option is a header', () => {
    const options: RuntimeJobOptions = {
      id: 'job',
      notify: 'lifecycles.user-deactivation.42',
      actor: '7',
      batch: 'batch',
      traceparent: '00-a-b-01',
      tracestate: 'x=y',
      unique: false,
    }
    assert.deepEqual(jobMessage(pruneBans, {}, options, stamp).headers, {
      'Nats-Msg-Id': 'job',
      'Job-Id': 'job',
      'Job-Enqueued-At': now.toISOString(),
      'Job-Notify': 'lifecycles.user-deactivation.42',
      'Job-Actor': '7',
      'Job-Batch': 'batch',
      'Job-Unique': 'while-queued-or-running',
      traceparent: '00-a-b-01',
      tracestate: 'x=y',
    })
  })

  const contradictions: [string, JobOptions, RegExp][] = [
    ['delay and time', { delay: '1s', at: now }, /not both/],
    ['no date', { at: new Date('no') }, /invalid date/],
    ['header over two lines', { actor: 'a\r\nJob-Id: b' }, /"Job-Actor" must be one line/],
    ['empty id', { id: '' }, /must not be empty/],
    ['negative delay', { delay: -1 }, /not a duration/],
  ]
  for (const [name, options, message] of contradictions) {
    test(`refuses ${name}`, () => {
      assert.throws(() => jobMessage(retireTagRelationships, {}, options, stamp), { message })
    })
  }

  const invalid: [string, unknown, string][] = [
    ['a wrong type', { userId: '42' }, 'delete-user: userId: expected number, received string'],
    ['nothing', null, 'delete-user: expected object, received null'],
    ['too small', { userId: 0 }, 'delete-user: userId: Too small: expected number to be >=1'],
  ]
  for (const [name, payload, message] of invalid) {
    test(`names the field: ${name}`, () => {
      const error = { name: 'PayloadInvalidError', code: 'payload-invalid', message }
      assert.throws(() => parsePayload('delete-user', deleteUser.payload, payload), error)
    })
  }

  test('a secret in a payload is not in the error', () => {
    const payload = { model: 'sesame!', dataset: 'open sesame' }
    assert.throws(
      () => jobMessage(bigqueryExport, payload, {}, stamp),
      (error: Error) => /model.*dataset/.test(error.message) && !error.message.includes('sesame'),
    )
  })
})

test('the subject of an event names what the event is about', () => {
  const event = {
    modActionId: 1,
    category: 'user_delete',
    categoryId: 2,
    creatorId: 3,
    description: 'deleted user #3',
    subjectType: 'User',
    subjectId: 3,
    createdAt: now.toISOString(),
  }
  assert.deepEqual(eventMessage(modActionCreated, event, { id: 'e1' }), {
    subject: 'events.mod-action.user_delete',
    headers: { 'Nats-Msg-Id': 'e1' },
    body: JSON.stringify(event),
  })
})

test('the end of a job is reported once per outcome', () => {
  const news = {
    type: 'job.discarded',
    jobId: 'j',
    jobType: 'delete-user',
    attempt: 5,
    reason: 'gone',
  } as const
  const message = jobEndedMessage('lifecycles.m.k', news)
  assert.equal(message.subject, 'lifecycles.m.k')
  assert.equal(message.headers['Nats-Msg-Id'], 'j:job.discarded')
  assert.deepEqual(JSON.parse(message.body), news)
})

test('a lifecycle message waits under its timer', () => {
  const message = lifecycleMessage(
    { machine: 'm', key: '5 ü' },
    { type: 'timer.stalled', n: 1 },
    { id: 'i', timer: { name: 'stalled', at: now } },
  )
  assert.match(message.subject, /^lifecycle-timers\.m\.~[\w-]{22}\.stalled$/)
  assert.equal(message.headers['Lifecycle-Key'], '5%20%C3%BC')
  assert.equal(message.headers['Nats-Schedule'], `@at ${now.toISOString()}`)
  assert.equal(message.body, '{"type":"timer.stalled","n":1}')
})

test('isInJobLog', () => {
  const fired = { 'Nats-Scheduler': 's', 'Nats-Schedule-Next': 'purge' }
  const cases: [Record<string, string>, boolean][] = [
    [{}, true],
    [{ 'Nats-Batch-Id': 'b', 'Nats-Batch-Sequence': '2' }, true],
    [fired, true],
    [{ ...fired, 'Nats-Schedule-Next': '2026-01-01T00:00:00Z' }, false],
    [{ ...fired, 'Nats-Batch-Id': 'b', 'Nats-Batch-Sequence': '1' }, false],
    [{ ...fired, 'Nats-Batch-Id': 'b', 'Nats-Batch-Sequence': '2', 'Nats-Batch-Commit': '1' }, false],
    [{ ...fired, 'Nats-Batch-Id': 'b', 'Nats-Batch-Sequence': '1', 'Nats-Batch-Commit': '1' }, true],
  ]
  for (const [headers, expected] of cases)
    assert.equal(
      isInJobLog((name) => headers[name]),
      expected,
    )
})
