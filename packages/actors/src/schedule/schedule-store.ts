import type { CronRule } from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { RunSql } from '../sql/run-sql.ts'
import type { CatchUp, Overlap, Schedule } from './define-schedule.ts'
import type { Due } from './due.ts'
import { jobTypeOfStored, type StoredJobType, storedJobType } from './stored-job-type.ts'

/** What became of a run: its job was enqueued, or the last one was still there. */
export type RunOutcome = 'enqueued' | 'skipped'

/** A schedule as it is stored. */
export interface StoredSchedule {
  readonly set: string
  readonly name: string
  readonly rule: CronRule
  readonly declaration: ScheduleRecord
  readonly settledUntil: Date
  readonly lastDueAt: Date | undefined
  readonly lastOutcome: RunOutcome | undefined
  readonly lastJobId: string | undefined
  readonly runs: number
  readonly skipped: number
  readonly missed: number
  readonly pausedAt: Date | undefined
}

/** What a row keeps of a declaration besides the rule. */
export interface ScheduleRecord {
  /** The job type's name. */
  readonly job: string
  readonly payload: unknown
  readonly overlap: Overlap
  readonly catchUp: CatchUp
  /** Absent in rows of an older version, and if the payload does not fit the job type. */
  readonly jobType?: StoredJobType
}

interface Row {
  readonly schedule_set: string
  readonly name: string
  readonly cron: string
  readonly time_zone: string
  readonly declaration: ScheduleRecord
  readonly settled_until: string
  readonly last_due_at: string | null
  readonly last_outcome: RunOutcome | null
  readonly last_job_id: string | null
  readonly run_count: string
  readonly skipped_count: string
  readonly missed_count: string
  readonly paused_at: string | null
}

/** The schedules of all sets, by set and name. */
export async function storedSchedules(run: RunSql): Promise<StoredSchedule[]> {
  return (await run<Row>(`${selectRow} order by schedule_set, name`)).map(storedSchedule)
}

/** The rows of one set in `jobs.schedules`. Every method works in the transaction of its entity manager. */
export class ScheduleStore {
  readonly set: string

  constructor(set: string) {
    this.set = set
  }

  /** Waits until no other process brings this set up to date; the lock ends with the transaction. */
  async lockSet(em: EntityManager): Promise<void> {
    await em.execute("select pg_advisory_xact_lock(hashtext('danbooru-jobs schedules'), hashtext(?))", [
      this.set,
    ])
  }

  async all(em: EntityManager): Promise<StoredSchedule[]> {
    const rows = await em.execute<Row[]>(`${selectRow} where schedule_set = ? order by name`, [this.set])
    return rows.map(storedSchedule)
  }

  /** One schedule. */
  async find(em: EntityManager, name: string): Promise<StoredSchedule | undefined> {
    const rows = await em.execute<Row[]>(`${selectRow} where schedule_set = ? and name = ?`, [this.set, name])
    return rows.map(storedSchedule)[0]
  }

  /** One schedule, locked until the transaction ends. */
  async lock(em: EntityManager, name: string): Promise<StoredSchedule | undefined> {
    const where = 'where schedule_set = ? and name = ? for update'
    const [row] = await em.execute<Row[]>(`${selectRow} ${where}`, [this.set, name])
    return row && storedSchedule(row)
  }

  /** Adds a schedule, or changes what was declared about it; a new rule counts from now. */
  async put(em: EntityManager, schedule: Schedule, now: Date): Promise<void> {
    const { cron, timeZone } = schedule.rule
    await em.execute(
      `insert into jobs.schedules as old
         (schedule_set, name, cron, time_zone, declaration, settled_until, created_at, updated_at)
       select ?, ?, ?, ?, ?::jsonb, moment, moment, moment from (select ?::timestamptz) as given(moment)
       on conflict (schedule_set, name) do update set
         cron = excluded.cron, time_zone = excluded.time_zone, declaration = excluded.declaration,
         updated_at = excluded.updated_at,
         settled_until = case when (old.cron, old.time_zone) = (excluded.cron, excluded.time_zone)
           then old.settled_until else excluded.settled_until end`,
      [this.set, schedule.name, cron, timeZone, JSON.stringify(recordOf(schedule)), now.toISOString()],
    )
  }

  async remove(em: EntityManager, names: readonly string[]): Promise<void> {
    await em.execute(
      'delete from jobs.schedules where schedule_set = ? and name in (select jsonb_array_elements_text(?::jsonb))',
      [this.set, JSON.stringify(names)],
    )
  }

  async setPaused(em: EntityManager, name: string, pausedAt: Date | undefined): Promise<void> {
    await em.execute(
      'update jobs.schedules set paused_at = ?::timestamptz where schedule_set = ? and name = ?',
      [pausedAt?.toISOString() ?? null, this.set, name],
    )
  }

  /** Notes what became of the runs of a decision. */
  async settle(em: EntityManager, name: string, due: Due, runs: readonly SettledRun[]): Promise<void> {
    const last = runs.at(-1)
    const count = (outcome: RunOutcome) => runs.filter((run) => run.outcome === outcome).length
    await em.execute(
      `update jobs.schedules set
         settled_until = ?::timestamptz,
         last_due_at = coalesce(?::timestamptz, last_due_at),
         last_outcome = coalesce(?, last_outcome),
         last_job_id = coalesce(?, last_job_id),
         run_count = run_count + ?, skipped_count = skipped_count + ?, missed_count = missed_count + ?
       where schedule_set = ? and name = ?`,
      [
        due.settledUntil.toISOString(),
        last?.due.toISOString() ?? null,
        last?.outcome ?? null,
        last?.jobId ?? null,
        count('enqueued'),
        count('skipped'),
        due.missed,
        this.set,
        name,
      ],
    )
  }
}

/** One run of a schedule and what became of it. */
export interface SettledRun {
  readonly due: Date
  readonly outcome: RunOutcome
  /** The job that was enqueued; none if it was skipped. */
  readonly jobId: string | undefined
}

/** What the row of a schedule keeps besides the rule. */
export function recordOf({ job, payload, overlap, catchUp }: Schedule): ScheduleRecord {
  const jobType = storedJobType(job, payload)
  return { job: job.name, payload, overlap, catchUp, ...(jobType && { jobType }) }
}

/** A stored schedule as it was declared; undefined if its row does not say how its job is published. */
export function scheduleOf({ name, rule, declaration }: StoredSchedule): Schedule | undefined {
  const { job, payload, overlap, catchUp, jobType } = declaration
  return jobType && { name, job: jobTypeOfStored(job, jobType), payload, rule, overlap, catchUp }
}

const iso = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`

const selectRow = `select schedule_set, name, cron, time_zone, declaration, last_outcome, last_job_id,
  run_count, skipped_count, missed_count,
  ${iso('settled_until')}, ${iso('last_due_at')}, ${iso('paused_at')} from jobs.schedules`

function storedSchedule(row: Row): StoredSchedule {
  return {
    set: row.schedule_set,
    name: row.name,
    rule: { cron: row.cron, timeZone: row.time_zone },
    declaration: row.declaration,
    settledUntil: new Date(row.settled_until),
    lastDueAt: date(row.last_due_at),
    lastOutcome: row.last_outcome ?? undefined,
    lastJobId: row.last_job_id ?? undefined,
    runs: Number(row.run_count),
    skipped: Number(row.skipped_count),
    missed: Number(row.missed_count),
    pausedAt: date(row.paused_at),
  }
}

function date(text: string | null): Date | undefined {
  return text === null ? undefined : new Date(text)
}
