import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { before, describe, test } from 'node:test'
import { jobStates } from '@danbooru-jobs/contracts'
import type { LogEntry } from '../src/read/log-entry.ts'
import { reduceBatch } from '../src/reduce/reduce.ts'
import { acked, failed, naked, report, stored, terminated } from './entries.ts'

const root = new URL('../../../', import.meta.url)
const read = (path: string) => readFile(new URL(path, root), 'utf8')

/** The cells of a table whose rows begin with a state. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').map((line) => line.replace(/^ \* /, ''))
  return lines
    .filter((line) => /^\| `[a-z]+` \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

const names = (cell: string) => [...cell.matchAll(/`([a-z]+)`/g)].map(([, name]) => name ?? '')

describe('docs/reference/job-states.md', () => {
  let rows: readonly (readonly string[])[]
  const next = new Map<string, readonly string[]>()
  before(async () => {
    rows = rowsOf(await read('docs/reference/job-states.md'))
    for (const [state = '', , , following = ''] of rows) next.set(names(state)[0] ?? '', names(following))
  })

  test('names every state, in order, with the description in the code', async () => {
    assert.deepEqual(
      rows.map(([state = '']) => names(state)),
      jobStates.map((state) => [state]),
    )
    const code = rowsOf(await read('packages/contracts/src/wire/job-states.ts'))
    assert.deepEqual(
      rows.map((row) => row.slice(0, 3)),
      code,
    )
  })

  test('names only states as those that come next', () => {
    const known = new Set<string>(jobStates)
    for (const [state, following] of next) {
      assert.deepEqual(
        following.filter((name) => !known.has(name) || name === state),
        [],
        state,
      )
    }
  })

  const courses: readonly [name: string, entries: readonly LogEntry[]][] = [
    ['done at once', [stored(1), acked(1, 1_100)]],
    [
      'scheduled',
      [stored(1, { scheduledFor: 5_000 }), stored(2), report(2, 7_000, 'running'), acked(2, 8_000)],
    ],
    [
      'parked',
      [
        stored(1),
        report(1, 1_100, 'parked'),
        stored(2, { scheduledFor: 9_000, state: 'waiting' }),
        stored(3),
      ],
    ],
    [
      'retried in place',
      [
        stored(1),
        failed(1, 1_100, 1),
        naked(1, 1_101),
        report(1, 1_200, 'started', { attempt: 2 }),
        failed(1, 1_300, 2),
        naked(1, 1_301, 2),
        terminated(1, 1_400, 'attempts-exhausted: no luck'),
        stored(2),
      ],
    ],
    [
      'retried as another message',
      [
        stored(1),
        report(1, 2_000, 'running'),
        failed(1, 2_100, 1),
        acked(1, 2_101),
        stored(2, { scheduledFor: 5_000, state: 'retrying', attemptsBefore: 1 }),
        stored(3, { attemptsBefore: 1 }),
        terminated(3, 6_000, 'cancelled: not wanted'),
        stored(4, { scheduledFor: 9_000 }),
      ],
    ],
    ['snoozed while it ran', [stored(1), report(1, 2_000, 'running'), stored(2, { scheduledFor: 5_000 })]],
    ['interrupted', [stored(1), report(1, 2_000, 'running'), stored(2)]],
    [
      'parked for its retry',
      [stored(1), failed(1, 1_100, 1), stored(2, { scheduledFor: 9_000, state: 'waiting' })],
    ],
  ]
  for (const [name, entries] of courses) {
    test(`allows the course of a job: ${name}`, () => {
      const states = entries.map((_, index) => {
        const known = { records: [], superseded: new Map(), early: [] }
        return reduceBatch(entries.slice(0, index + 1), known).jobs[0]?.after.state ?? ''
      })
      for (const [index, state] of states.entries()) {
        const before = states[index - 1]
        if (before === undefined || before === state) continue
        assert.ok(next.get(before)?.includes(state), `${before} is followed by ${state}`)
      }
    })
  }
})
