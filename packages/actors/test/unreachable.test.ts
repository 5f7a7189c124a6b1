import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { meansUnreachable } from '../src/database/unreachable.ts'
import { DatabaseUnreachableError, outcomeOfError } from '../src/outcome/errors.ts'

const withCode = (code: string, message = 'no luck') => Object.assign(new Error(message), { code })

const errors: [what: string, error: unknown, unreachable: boolean][] = [
  ['a refused connection', withCode('ECONNREFUSED'), true],
  ['a broken connection', withCode('ECONNRESET'), true],
  ['a connection lost within a query', new Error('Connection terminated unexpectedly'), true],
  ['a server that starts', withCode('57P03'), true],
  ['a server that shuts down', withCode('57P01'), true],
  ['a server that crashed', withCode('57P02'), true],
  ['a connection exception', withCode('08006'), true],
  ['a read-only server, as after a fail-over', withCode('25006'), true],
  ['too many connections', withCode('53300'), true],
  ['a full disk', withCode('53100'), true],
  ['a pool that gets no connection', new Error('timeout exceeded when trying to connect'), true],
  ['a deadlock', withCode('40P01'), false],
  ['a duplicate', withCode('23505'), false],
  ['a canceled statement', withCode('57014'), false],
  ['an error of the work', new Error('no luck'), false],
  ['a network of the work', new Error('fetch failed', { cause: withCode('ECONNREFUSED') }), false],
  ['no error at all', 'ECONNREFUSED', false],
]

describe('an error of a transaction', () => {
  for (const [what, error, unreachable] of errors) {
    test(`${what}: the database is ${unreachable ? 'not ' : ''}there`, () => {
      assert.equal(meansUnreachable(error), unreachable)
    })
  }

  test('counts no attempt when the database is not there', () => {
    assert.equal(outcomeOfError(new DatabaseUnreachableError('refused')).kind, 'snooze')
    assert.equal(
      outcomeOfError(withCode('25006', 'cannot execute UPDATE in a read-only transaction')).kind,
      'snooze',
    )
    assert.equal(outcomeOfError(withCode('ECONNREFUSED')).kind, 'retry')
  })
})
