import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkMessage, headerLineProblem, receiverProblem } from '../src/wire.ts'

describe('the subject to which the end of a job is reported', () => {
  const cases: [string, RegExp | undefined][] = [
    ['lifecycles.user-deactivation.9', undefined],
    ['orders.ended.7', undefined],
    ['lifecycles.*', /without wildcards/],
    ['', /without wildcards/],
    ['a b', /without wildcards/],
    ['$JS.API.STREAM.DELETE.JOBS', /belongs to the NATS server/],
    ['_INBOX.x', /belongs to the NATS server/],
    ['jobs.delete-user', /of the services themselves/],
    ['schedules.delete-user.9', /of the services themselves/],
    ['job-log.cancel.delete-user.7', /of the services themselves/],
    ['lifecycle-timers.a.b.c', /of the services themselves/],
    ['batches.x', /of the services themselves/],
  ]
  for (const [subject, problem] of cases) {
    test(`"${subject}" is ${problem === undefined ? 'accepted' : 'refused'}`, () => {
      const found = receiverProblem(subject)
      if (problem === undefined) assert.equal(found, undefined)
      else assert.match(found ?? '', problem)
    })
  }
})

test('a message of another program is checked', () => {
  const refused: [string, Record<string, unknown>, RegExp][] = [
    ['jobs.*', {}, /not a subject to publish on/],
    ['$JS.API.INFO', {}, /not a subject to publish on/],
    ['jobs.a', { 'My Header': 'x' }, /not a header name/],
    ['jobs.a', { 'X-Note': 'two\nlines' }, /must be one line of text/],
    ['jobs.a', { 'X-Note': 'half \ud800' }, /must be one line of text/],
    ['jobs.a', { 'X-Note': 7 }, /must be one line of text/],
  ]
  for (const [subject, headers, message] of refused) {
    assert.throws(() => checkMessage({ subject, headers }), { code: 'message-invalid', message })
  }
  checkMessage({ subject: 'jobs.a', headers: { 'X-Note': 'é' } })
})

test('a line of a header needs a name that clients accept', () => {
  assert.equal(headerLineProblem('Name: value'), undefined)
  assert.match(headerLineProblem(': value') ?? '', /has no name/)
  assert.match(headerLineProblem('My Name: value') ?? '', /not a header name/)
})
