import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  dropPartitionsBefore,
  preparePartitions,
  type RunSql,
  sqlOfClient,
} from '@danbooru-jobs/actors/internal'
import { JobHistory } from '@danbooru-jobs/actors/operate'
import { openDatabase, systemClock } from '@danbooru-jobs/actors/program'
import { freshDatabase, type TestDatabase } from '../../../../test/harness/index.ts'
import { generateHistory } from './generate.ts'
import { searches } from './searches.ts'

const now = new Date('2026-03-10T12:00:00Z')
const jobs = 60_000
let database: TestDatabase
let run: RunSql
let history: JobHistory
before(async () => {
  database = await freshDatabase()
  run = sqlOfClient({ query: async (sql, values) => ({ rows: await database.query(sql, values) }) })
  history = new JobHistory(run)
  await inTransaction(() => preparePartitions(run, now))
  await generateHistory(database.query, jobs, now)
})
after(() => database[Symbol.asyncDispose]())

/** One statement after the other on the pool is enough for the locks of one test. */
async function inTransaction(work: () => Promise<unknown>): Promise<void> {
  await work()
}

describe('asking the history', () => {
  test('page by page, every job once, newest first', async () => {
    const seen: number[] = []
    let after: string | undefined
    do {
      const page = await history.list(
        { types: ['type-3'], states: ['done', 'discarded'] },
        { limit: 1_000, ...(after !== undefined && { after }) },
      )
      seen.push(...page.jobs.map(({ sequence }) => sequence))
      after = page.next
    } while (after !== undefined)
    const rows = await database.query<{ sequence: string }>(
      `select sequence from jobs.history where type = 'type-3' and state in ('done', 'discarded')
        order by queued_at desc, sequence desc`,
    )
    assert.deepEqual(
      seen,
      rows.map(({ sequence }) => Number(sequence)),
    )
  })

  test('finds the same as a plain look at every row', async () => {
    const plain: readonly [Parameters<JobHistory['count']>[0], string][] = [
      [{}, 'true'],
      [{ states: [] }, 'false'],
      [{ error: '100%_\\' }, 'false'],
      [{ error: 'READING A87FF' }, "error_message like '%reading a87ff%'"],
      [
        { payload: { force: true }, states: ['retrying'] },
        "payload @> '{\"force\":true}' and state = 'retrying'",
      ],
      [
        { queuedFrom: new Date('2026-03-08T00:00:00Z'), queuedBefore: new Date('2026-03-09T00:00:00Z') },
        "queued_at >= '2026-03-08T00:00:00Z' and queued_at < '2026-03-09T00:00:00Z'",
      ],
      [
        { endedFrom: new Date('2026-03-08T00:00:00Z'), types: ['type-1', 'type-2'] },
        "ended_at >= '2026-03-08T00:00:00Z' and type in ('type-1', 'type-2')",
      ],
    ]
    for (const [filter, condition] of plain) {
      const [row] = await database.query<{ n: number }>(
        `select count(*)::integer as n from jobs.history where ${condition}`,
      )
      assert.equal(await history.count(filter, 1_000_000), row?.n, condition)
    }
    assert.equal(await history.count({}, 100), 100)
  })

  test('counts by type and state agree with the rows', async () => {
    const rows = await database.query(
      'select type, state, count(*)::integer as count from jobs.history group by 1, 2 order by 1, 2',
    )
    assert.deepEqual(await history.counts(), rows)
  })

  test('works on the connections of a service too', async () => {
    const settings = { url: database.url, poolSize: 1, name: 'test' }
    const opened = await openDatabase(settings, { entities: [] }, systemClock, () => 'id')
    const other = new JobHistory(opened.run)
    const [mine, theirs] = [await history.list({}, { limit: 3 }), await other.list({}, { limit: 3 })]
    assert.deepEqual(theirs, mine)
    const [first] = mine.jobs
    assert.ok(first)
    assert.deepEqual(await other.find(first.id), { ...first, lines: [] })
    assert.equal(await other.find('nobody'), undefined)
    await opened.close()
  })

  test('refuses a page that does not exist', async () => {
    await assert.rejects(history.list({}, { after: "1'; drop table" }), /not the end of a page/)
  })

  for (const { name, filter, order, index } of searches) {
    test(`${name}: by an index`, async () => {
      const plan = await planOf((asked) => asked.list(filter, { ...(order && { order }) }))
      // Days without rows cost next to nothing, and what is unfinished is little here.
      assert.doesNotMatch(plan, /Seq Scan on history_d\d+ \w+ +\(cost=[\d.]+\.\.[1-9]/)
      assert.match(plan, index)
    })
  }
})

/** How PostgreSQL would carry out what is asked; `enable_seqscan` is left alone. */
async function planOf(ask: (history: JobHistory) => Promise<unknown>): Promise<string> {
  let plan = ''
  const explained = new JobHistory(
    async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
      const rows = await run<{ 'QUERY PLAN': string }>(`explain ${sql}`, values)
      plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      return [] as Row[]
    },
  )
  await ask(explained)
  return plan
}

describe('partitions', () => {
  test('are there for the days around today, as often as one asks', async () => {
    await preparePartitions(run, now)
    const [row] = await database.query<{ n: number }>(
      "select count(*)::integer as n from pg_inherits where inhparent = 'jobs.history'::regclass",
    )
    assert.equal(row?.n, 12 + 2)
  })

  test('take over what went into the default partition', async () => {
    const later = new Date('2026-04-20T12:00:00Z')
    await database.query(
      `insert into jobs.history (job_id, type, state, sequence, subject, enqueued_at, queued_at, ended_at, word_at)
        select 'late', 'late', 'done', 999999999, 'jobs.late', t, t, t, t from (select $1::timestamptz as t) as at`,
      [later.toISOString()],
    )
    const place = () =>
      database.query<{ name: string }>(
        "select tableoid::regclass::text as name from jobs.history where job_id = 'late'",
      )
    assert.deepEqual(await place(), [{ name: 'jobs.history_other' }])
    await preparePartitions(run, later)
    assert.deepEqual(await place(), [{ name: 'jobs.history_d20260420' }])
  })

  test('are dropped by the day; what has not ended stays', async () => {
    const unfinished = { states: ['scheduled', 'queued', 'retrying'] } as const
    const before = await history.count(unfinished, jobs)
    const dropped = await dropPartitionsBefore(run, new Date('2026-03-08T15:00:00Z'))
    assert.ok(dropped.includes('history_d20260307') && !dropped.includes('history_d20260308'))
    assert.equal(await history.count({ endedBefore: new Date('2026-03-08T00:00:00Z') }), 0)
    assert.equal(await history.count(unfinished, jobs), before)
    assert.ok((await history.count({ endedBefore: new Date('2026-03-09T00:00:00Z') })) > 0)
    const rows = await database.query(
      'select type, state, count(*)::integer as count from jobs.history group by 1, 2 order by 1, 2',
    )
    assert.deepEqual(
      (await history.counts()).filter(({ type }) => type !== 'late'),
      rows.filter((row) => row.type !== 'late'),
    )
  })
})
