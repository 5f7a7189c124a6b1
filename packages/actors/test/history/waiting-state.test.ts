import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { preparePartitions, type RunSql, sqlOfClient } from '@danbooru-jobs/actors/internal'
import { freshDatabase, type TestDatabase } from '../../../../test/harness/index.ts'

const now = new Date('2026-03-10T12:00:00Z')
const migration = new URL('../../migrations/010-waiting-state.sql', import.meta.url)
let database: TestDatabase
let run: RunSql

before(async () => {
  database = await freshDatabase()
  run = sqlOfClient({ query: async (sql, values) => ({ rows: await database.query(sql, values) }) })
  await preparePartitions(run, now)
  await run('alter table jobs.history drop constraint history_state_check')
  await run(`alter table jobs.history add constraint history_state_check check (state in
    ('scheduled', 'queued', 'running', 'retrying', 'done', 'discarded', 'cancelled', 'lost'))`)
})
after(() => database[Symbol.asyncDispose]())

const insert = (
  sequence: number,
  state: string,
  more: { headers?: object; rank?: number; endedAt?: string },
) =>
  run(
    `insert into jobs.history (job_id, type, state, sequence, subject, headers, enqueued_at, queued_at, ended_at, word_rank, word_at)
      values (?, 'mail', ?, ?, 'jobs.mail', ?::jsonb, now(), now(), ?::timestamptz, ?, now())`,
    [
      `job-${sequence}`,
      state,
      sequence,
      more.headers ? JSON.stringify(more.headers) : null,
      more.endedAt ?? 'infinity',
      more.rank ?? 0,
    ],
  )
const counts = async () =>
  Object.fromEntries(
    (await run<{ state: string; count: string }>('select state, count from jobs.history_counts')).map(
      ({ state, count }) => [state, Number(count)],
    ),
  )

test('parked jobs of an older version become waiting jobs, in the rows and in the counters', async () => {
  await insert(1, 'scheduled', { headers: { 'Job-Parked': 'site' } })
  await insert(2, 'scheduled', { rank: 3_000_000_000_000 })
  await insert(3, 'scheduled', { headers: { 'Job-Notify': 'a.b' } })
  await insert(4, 'scheduled', {})
  await insert(5, 'queued', { headers: { 'Job-Parked': 'site' } })
  await run(`insert into jobs.history_counts values
    ('infinity', 'mail', 'scheduled', 4), ('infinity', 'mail', 'queued', 1)`)
  await assert.rejects(insert(6, 'waiting', {}), /history_state_check/)

  await run(await readFile(migration, 'utf8'))

  const rows = await run<{ sequence: string; state: string }>(
    'select sequence, state from jobs.history order by sequence',
  )
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['waiting', 'waiting', 'scheduled', 'scheduled', 'queued'],
  )
  assert.deepEqual(await counts(), { scheduled: 2, waiting: 2, queued: 1 })
})

test('every partition takes the new state and refuses unknown ones, those made later too', async () => {
  await preparePartitions(run, new Date(now.getTime() + 5 * 86_400_000))
  const days = [now.toISOString(), '2026-03-17T12:00:00Z', '2020-01-01T00:00:00Z', 'infinity']
  for (const [index, endedAt] of days.entries()) {
    await insert(100 + index, 'waiting', { endedAt })
    await assert.rejects(insert(200 + index, 'parked', { endedAt }), /history_state_check/, endedAt)
  }
})
