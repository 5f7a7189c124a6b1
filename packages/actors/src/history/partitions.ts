import type { RunSql } from '../sql/run-sql.ts'

const day = 86_400_000
const partitioned = [
  { table: 'jobs.history', other: 'jobs.history_other', prefix: 'history_d', column: 'ended_at' },
  {
    table: 'jobs.history_attempts',
    other: 'jobs.history_attempts_other',
    prefix: 'history_attempts_d',
    column: 'failed_at',
  },
] as const

/** A partition that is to be there: the UTC day `[from, to)`. */
interface DayPartition {
  readonly name: string
  readonly from: string
  readonly to: string
}

/** The days from a week ago (a job log may be replayed) to three days ahead. */
export function partitionDays(now: Date): readonly DayPartition[] {
  return Array.from({ length: 12 }, (_, index) => {
    const from = new Date(Math.floor(now.getTime() / day) * day + (index - 8) * day)
    const to = new Date(from.getTime() + day)
    const name = from.toISOString().slice(0, 10).replaceAll('-', '')
    return { name, from: from.toISOString(), to: to.toISOString() }
  })
}

/**
 * Makes the history's partitions around today, in one transaction of the caller's. What went into the default partition meanwhile
 * moves into its day, so a partition that was made too late loses nothing.
 */
export async function preparePartitions(run: RunSql, now: Date): Promise<void> {
  await run("select pg_advisory_xact_lock(hashtext('danbooru-jobs history partitions'))")
  for (const { table, other, prefix, column } of partitioned) {
    for (const { name, from, to } of partitionDays(now)) {
      const partition = `jobs.${prefix}${name}`
      const [found] = await run<{ oid: string | null }>('select to_regclass(?) as oid', [partition])
      if (found?.oid) continue
      await run(
        `create table ${partition} (like ${other} including defaults including constraints including indexes)`,
      )
      await run(
        `with late as (delete from ${other} where ${column} >= '${from}' and ${column} < '${to}' returning *)
          insert into ${partition} select * from late`,
      )
      await run(`alter table ${table} attach partition ${partition} for values from ('${from}') to ('${to}')`)
    }
  }
}

/**
 * Drops the history of days that ended before `before`, a partition at a time, in one transaction of the caller's. Jobs that have
 * not ended are in none of them.
 *
 * @returns the names of the partitions dropped.
 */
export async function dropPartitionsBefore(run: RunSql, before: Date): Promise<string[]> {
  await run("select pg_advisory_xact_lock(hashtext('danbooru-jobs history partitions'))")
  await run("set local lock_timeout = '5s'")
  const dropped: string[] = []
  const lastDay = before.toISOString().slice(0, 10).replaceAll('-', '')
  for (const { table, other, prefix, column } of partitioned) {
    const rows = await run<{ name: string }>(
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = '${table}'::regclass and c.relname ~ '^${prefix}[0-9]{8}$' order by 1`,
    )
    for (const { name } of rows.filter((row) => row.name.slice(prefix.length) < lastDay)) {
      await run(`drop table jobs.${name}`)
      dropped.push(name)
    }
    await run(`delete from ${other} where ${column} < ?`, [`${before.toISOString().slice(0, 10)}T00:00:00Z`])
  }
  await run("delete from jobs.history_counts where day < ?::date and day <> 'infinity'", [
    before.toISOString().slice(0, 10),
  ])
  return dropped
}
