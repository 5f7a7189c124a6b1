import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { freshDatabase, type TestDatabase } from '../../../test/harness/index.ts'
import type { EventEntry, LogEntry } from '../src/read/log-entry.ts'
import { HistoryStore } from '../src/write/history-store.ts'
import { prepareToWrite } from '../src/write/write-jobs.ts'
import { acked, course, report, stored } from './entries.ts'

let database: TestDatabase
let client: pg.Client
let store: HistoryStore
const now = new Date()
const tables = ['history', 'history_counts', 'history_early', 'history_superseded', 'history_attempts']

before(async () => {
  database = await freshDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await prepareToWrite(client)
})
after(async () => {
  await client.end()
  await database[Symbol.asyncDispose]()
})
beforeEach(empty)

async function empty(): Promise<void> {
  for (const table of tables) await client.query(`delete from jobs.${table}`)
  store = new HistoryStore(client)
}

/** What the batches leave behind, when events that were too early or too late have found their message. */
async function written(batches: readonly (readonly LogEntry[])[]) {
  await empty()
  for (const batch of batches) await store.apply(batch, { now })
  const { rows: early } = await client.query<{ entry: EventEntry }>(
    'delete from jobs.history_early returning entry',
  )
  await store.apply(
    early.map(({ entry }) => entry),
    { now, knownBefore: true },
  )
  const of = async (sql: string) => (await client.query(sql)).rows
  return {
    jobs: await of('select * from jobs.history order by sequence'),
    counts: await of('select * from jobs.history_counts where count <> 0 order by day, type, state'),
    attempts: await of('select * from jobs.history_attempts order by sequence, attempt, failed_at'),
  }
}

describe('writing a batch', () => {
  test('leaves what its entries leave one by one', async () => {
    await fc.assert(
      fc.asyncProperty(course, async (entries) => {
        const once = await written([entries])
        assert.equal(once.jobs.length, 1)
        assert.deepEqual(await written(entries.map((entry) => [entry])), once)
      }),
      { numRuns: 40 },
    )
  })

  test('writes every kind of value as PostgreSQL reads it', async () => {
    const texts = ['plain', 'ä'.repeat(50), '日本語 😀', '', '\t\\N"{}']
    const payload = { kind: 'json', json: '{"id": 12345678901234567890123, "t": "ß"}' } as const
    const message = stored(2 ** 52, {
      key: '日本',
      headers: { 'Ä-b': 'ü' },
      payload,
      queuedAt: 1_763_917_521_728,
    })
    const running = report(2 ** 52, 1_763_917_521_999.125, 'running', {
      lines: texts,
      progress: { done: 1 },
      result: { ok: [null, 'x'] },
    })
    const { jobs } = await written([[message, running]])
    const [job] = jobs
    assert.deepEqual([job.sequence, job.key, job.headers], [`${2 ** 52}`, '日本', { 'Ä-b': 'ü' }])
    assert.deepEqual([job.lines, job.progress, job.result], [texts, { done: 1 }, { ok: [null, 'x'] }])
    assert.equal(job.queued_at.getTime(), 1_763_917_521_728)
    const { rows } = await client.query(
      `select payload::text as payload, ended_at::text as ended,
         (extract(epoch from word_at) * 1000000)::bigint::text as event from jobs.history`,
    )
    assert.deepEqual(rows, [
      { payload: '{"t": "ß", "id": 12345678901234567890123}', ended: 'infinity', event: '1763917521999125' },
    ])
  })

  test('keeps the last 200 lines', async () => {
    const lines = (from: number, count: number) => Array.from({ length: count }, (_, n) => `${from + n}`)
    const { jobs } = await written([
      [stored(1), report(1, 2_000, 'running', { lines: lines(0, 150) })],
      [report(1, 3_000, 'running', { lines: lines(150, 100) })],
      [report(1, 4_000, 'running', { lines: lines(250, 20) }), acked(1, 4_001)],
    ])
    assert.deepEqual(jobs[0].lines, lines(70, 200))
  })

  test('a job that seems new and is not: still one row', async () => {
    const { jobs, counts } = await written([[stored(1)], [stored(7), stored(8, { jobId: 'b' })]])
    assert.deepEqual(
      jobs.map(({ job_id, sequence }) => [job_id, sequence]),
      [
        ['a', '7'],
        ['b', '8'],
      ],
    )
    assert.deepEqual(
      counts.map(({ state, count }) => [state, count]),
      [['queued', '2']],
    )
  })

  test('what PostgreSQL refuses leaves nothing behind, and the connection as it was', async () => {
    const refused = stored(1, { payload: { kind: 'json', json: 'no json' } })
    await assert.rejects(store.apply([stored(2, { jobId: 'b' }), refused], { now }), { code: '22P02' })
    const { jobs, counts } = await written([[stored(2, { jobId: 'b' })]])
    assert.deepEqual([jobs.length, counts.length], [1, 1])
  })
})
