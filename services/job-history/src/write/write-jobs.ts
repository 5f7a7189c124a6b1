import type pg from 'pg'
import type { JobChange } from '../reduce/reduce.ts'
import { BinaryRows } from './binary-rows.ts'
import { copyIn } from './copy-in.ts'
import {
  addValues,
  allColumns,
  assignments,
  columnTypes,
  keptColumns,
  keptLines,
  recordColumns,
} from './history-columns.ts'

/** How an existing row changes. */
type Way = 'in-place' | 'from-unfinished' | 'from-ended'

const wayNumbers = { 'in-place': 1, 'from-unfinished': 2, 'from-ended': 3 } as const satisfies Record<
  Way,
  number
>

const everything = allColumns.join(', ')

/**
 * Prepares a connection for {@link writeJobs}; outside of a transaction.
 *
 * Every statement is planned for the tables as they are: they grow from nothing to millions of rows and shrink again faster than their
 * statistics are updated, and the plan of a prepared statement, made for an empty table, would be kept. PostgreSQL always keeps that of a
 * statement without parameters, so those are not prepared.
 */
export async function prepareToWrite(client: pg.Client): Promise<void> {
  await client.query('set synchronous_commit = off; set plan_cache_mode = force_custom_plan')
  await client.query(
    `create temp table history_change (how smallint not null, from_sequence bigint not null, ${columnTypes}) on commit delete rows`,
  )
}

/**
 * Writes changed jobs, within a transaction. New jobs are copied into the history; the changes of the others are copied into a temporary
 * table, and one statement for each way of changing applies them.
 */
export async function writeJobs(client: pg.Client, jobs: readonly JobChange[]): Promise<void> {
  await changeRows(
    client,
    jobs.filter(({ before }) => before !== undefined),
  )
  await addRows(
    client,
    jobs.filter(({ before }) => before === undefined),
  )
}

async function addRows(client: pg.Client, jobs: readonly JobChange[]): Promise<void> {
  if (jobs.length === 0) return
  const rows = new BinaryRows()
  for (const job of jobs) {
    rows.begin(allColumns.length)
    addValues(rows, job)
  }
  await copyIn(client, `jobs.history (${everything})`, rows.finish())
}

async function changeRows(client: pg.Client, jobs: readonly JobChange[]): Promise<void> {
  if (jobs.length === 0) return
  const rows = new BinaryRows()
  const used = new Set<Way>()
  for (const job of jobs) {
    const way = wayOf(job)
    used.add(way)
    rows.begin(2 + allColumns.length)
    rows.smallint(wayNumbers[way])
    rows.bigint(job.before?.sequence ?? 0)
    addValues(rows, job)
  }
  await copyIn(client, 'pg_temp.history_change', rows.finish())
  for (const way of used) await client.query(changeStatements[way])
}

/** Within the partition of unfinished jobs, or from one partition to another. */
function wayOf({ before, after, stored }: JobChange): Way {
  if (before?.endedAt !== null) return 'from-ended'
  return after.endedAt === null && stored === undefined ? 'in-place' : 'from-unfinished'
}

const linesAfter = `case when c.lines is null then h.lines else (h.lines || c.lines)[
  greatest(1, coalesce(cardinality(h.lines), 0) + cardinality(c.lines) - ${keptLines - 1}) :] end`

/** Changes rows as `pg_temp.history_change` says, a statement for each way. */
export const changeStatements: Readonly<Record<Way, string>> = {
  'in-place': `update jobs.history_unfinished h set ${assignments}, lines = ${linesAfter}
    from pg_temp.history_change c
    where c.how = ${wayNumbers['in-place']} and h.sequence = c.from_sequence and h.job_id = c.job_id`,
  'from-unfinished': move('from-unfinished', 'jobs.history_unfinished'),
  'from-ended': move('from-ended', 'jobs.history'),
}

/** Moves a row to another partition, or to a new message; the columns of the message stay unless there is a new one. */
function move(way: Way, from: string): string {
  const record = recordColumns.map((name) => `c.${name}`).join(', ')
  const kept = keptColumns.map((name) => `case when c.subject is null then h.${name} else c.${name} end`)
  return `with moved (${everything}) as (
      delete from ${from} h using pg_temp.history_change c
      where c.how = ${wayNumbers[way]} and h.sequence = c.from_sequence and h.job_id = c.job_id
      returning ${record}, ${kept.join(', ')}, ${linesAfter})
    insert into jobs.history (${everything}) select ${everything} from moved`
}
