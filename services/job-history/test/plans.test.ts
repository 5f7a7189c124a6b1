import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { freshDatabase, type TestDatabase } from '../../../test/harness/index.ts'
import { findStatement } from '../src/write/history-store.ts'
import { changeStatements, prepareToWrite } from '../src/write/write-jobs.ts'

const jobs = 60_000
const changed = 2_000

/** PostgreSQL's plan of a statement, a line for each node. */
type Plan = readonly string[]

let database: TestDatabase
let client: pg.Client
before(async () => {
  database = await freshDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await prepareToWrite(client)
  // PostgreSQL's default, under which the fewest index scans are chosen.
  await client.query('set random_page_cost = 4')
  await client.query('analyze jobs.history')
})
after(async () => {
  await client.end()
  await database[Symbol.asyncDispose]()
})

const ids = (count: number) => Array.from({ length: count }, (_, index) => `job-${index + 1}`)
const sequences = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** The plan of a statement, as the writer runs it. */
async function planOf(statement: string): Promise<Plan> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${statement}`)
  return rows.map((row) => row['QUERY PLAN'].trim())
}

const array = (values: readonly (string | number)[], type: string) => `'{${values.join(',')}}'::${type}[]`

function readsAll(plan: Plan): readonly string[] {
  return plan.filter((line) => /Seq Scan on history_unfinished/.test(line))
}

describe('the statements of the writer', () => {
  test('read no whole table that has grown since its statistics were made, and since they were prepared', async () => {
    await client.query(`prepare find (text[], bigint[]) as ${findStatement('jobs.history_unfinished')}`)
    const find = `execute find(${array(ids(changed), 'text')}, ${array(sequences(changed), 'bigint')})`
    const statements = [find, changeStatements['in-place'], changeStatements['from-unfinished']]
    const all = async () => {
      const plans: Plan[] = []
      for (const statement of statements) plans.push(await planOf(statement))
      return plans
    }
    // After five executions PostgreSQL would keep a plan.
    for (let execution = 0; execution < 6; execution++) await all()

    await client.query(
      `insert into jobs.history (job_id, type, state, sequence, subject, payload, enqueued_at, queued_at, word_at)
        select 'job-' || n, 'mail', 'queued', n, 'jobs.mail', jsonb_build_object('userId', n), now(), now(), now()
          from generate_series(1, $1::integer) n`,
      [jobs],
    )
    await client.query('begin')
    await client.query(
      `insert into pg_temp.history_change (how, from_sequence, job_id, type, state, sequence)
        select 1 + n % 2, n, 'job-' || n, 'mail', 'running', n from generate_series(1, $1::integer) n`,
      [changed],
    )
    for (const plan of await all()) {
      assert.deepEqual(readsAll(plan), [], plan.join('\n'))
      assert.ok(
        plan.some((line) => /Index (Only )?Scan .*history_unfinished/.test(line)),
        plan.join('\n'),
      )
    }
    await client.query('rollback')
  })
})
