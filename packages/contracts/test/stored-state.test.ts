import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storedState } from '@danbooru-jobs/contracts/wire'

test('the headers of a stored message determine the state of its job', () => {
  const schedule = { 'Nats-Schedule': '@at 2030-01-01T00:00:00Z' }
  const rows: readonly [headers: Record<string, string>, state: string][] = [
    [{}, 'queued'],
    [{ 'Job-Parked': 'site' }, 'queued'],
    [{ 'Job-Retry': '1' }, 'queued'],
    [schedule, 'scheduled'],
    [{ ...schedule, 'Job-Attempts': '1' }, 'scheduled'],
    [{ ...schedule, 'Job-Parked': 'site' }, 'waiting'],
    [{ ...schedule, 'Job-Retry': '1' }, 'retrying'],
  ]
  for (const [headers, state] of rows)
    assert.equal(
      storedState((name) => headers[name]),
      state,
    )
})
