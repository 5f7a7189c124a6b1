import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTooOld } from '../src/publisher/server-reply.ts'
import { parseServerReply, type ServerReply } from '../src/wire.ts'

test('parseServerReply', () => {
  const cases: [string, ServerReply][] = [
    ['', { kind: 'continue' }],
    ['{"stream":"JOBS","seq":7}', { kind: 'stored', stream: 'JOBS', sequence: 7, duplicate: false }],
    [
      '{"stream":"J","seq":7,"duplicate":true}',
      { kind: 'stored', stream: 'J', sequence: 7, duplicate: true },
    ],
    [
      '{"error":{"code":400,"err_code":10071,"description":"wrong"},"stream":"JOBS","seq":0}',
      { kind: 'error', code: 10071, description: 'wrong' },
    ],
    ['nonsense', { kind: 'error', code: 0, description: 'not an answer: nonsense' }],
    ['{}', { kind: 'error', code: 0, description: 'not an answer: {}' }],
  ]
  for (const [text, expected] of cases) assert.deepEqual(parseServerReply(text), expected)
})

test('isTooOld', () => {
  const cases: [string, boolean][] = [
    ['2.9.10', true],
    ['2.13.9', true],
    ['2.14.0', false],
    ['2.15.1', false],
    ['2.16.0-beta.1', false],
    ['3.0.0', false],
    ['?', true],
  ]
  for (const [version, expected] of cases) assert.equal(isTooOld(version), expected, version)
})
