import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { defineJob } from '../src/index.ts'
import { cappedBy } from '../src/publisher/longest-wait.ts'
import { jobMessage } from '../src/wire.ts'

const now = new Date('2026-01-01T00:01:00Z')
const debounced = (more: object = { maxWait: '1m' }) =>
  defineJob({
    name: 'debounced',
    title: 'Debounced',
    payload: z.object({}),
    delivery: { unique: { mode: 'debounce', key: () => 'k', window: '10s', ...more } },
  })
const message = jobMessage(debounced(), {}, {}, { id: 'j', now })

describe('a debounced job with a maxWait', () => {
  const rows: [what: string, since: string | undefined, at: string, from: string][] = [
    ['the first one', undefined, '00:01:10', '00:01:00'],
    ['a second one soon after', '00:00:55', '00:01:10', '00:00:55'],
    ['one whose window would end too late', '00:00:05', '00:01:05', '00:00:05'],
    ['one that comes when the time is over', '00:00:00', '00:01:00', '00:00:00'],
    ['one after a clock that is ahead', '00:02:00', '00:01:10', '00:01:00'],
    ['one after something that is no time', 'nonsense', '00:01:10', '00:01:00'],
  ]
  for (const [what, since, at, from] of rows) {
    test(`${what} is due at ${at}`, () => {
      const waitingSince = since?.includes(':') ? `2026-01-01T${since}.000Z` : since
      const { headers } = cappedBy(message, waitingSince)
      assert.equal(headers['Nats-Schedule'], `@at 2026-01-01T${at}.000Z`)
      assert.equal(headers['Job-Debounced-Since'], `2026-01-01T${from}.000Z`)
      assert.equal(headers['Job-Max-Wait'], '60000')
    })
  }

  test('changes neither a job with its own delay nor one without a maxWait', () => {
    const own = jobMessage(debounced(), {}, { delay: '1h' }, { id: 'j', now })
    const without = jobMessage(debounced({}), {}, {}, { id: 'j', now })
    for (const { headers } of [own, without]) assert.equal(headers['Job-Max-Wait'], undefined)
  })

  test('waits at least its window', () => {
    assert.throws(() => debounced({ maxWait: '9s' }), /maxWait is at least its window, not 9s/)
  })
})
