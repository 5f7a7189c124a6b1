import type { RunSql } from '../sql/run-sql.ts'
import type { DatabaseFacts, LimitWait } from './queue-overview.ts'

/** A job that may not start, and what it waits for. */
export interface WaitingJob {
  readonly jobId: string
  readonly jobType: string
  /** The limit's name; `ordered:<type>` for the order of a key. */
  readonly limit: string
  readonly key: string
  /** Jobs of the same keys that come first; other keys take turns with these. */
  readonly ahead: number
  /** When it may start, if a rate has given it a time. */
  readonly until: Date | undefined
  readonly since: Date
  /** A slot is reserved for it, and its message is on its way to a worker. */
  readonly isReleased: boolean
}

/** Which waiting jobs to list; what is given must hold. */
export interface WaitingFilter {
  readonly jobTypes?: readonly string[]
  readonly jobIds?: readonly string[]
  readonly limit?: string
  /** Default 100. */
  readonly most?: number
}

/** How full a limit is, for one key. */
export interface LimitUse {
  readonly limit: string
  readonly key: string
  /** Slots in use: by running jobs, and by released ones on their way. */
  readonly taken: number
  /** Jobs that wait, for this limit or, with the same keys, for another one of theirs. */
  readonly waiting: number
}

interface WaitingRow {
  readonly job_id: string
  readonly job_type: string
  readonly name: string
  readonly key: string
  readonly until: string | Date | null
  readonly parked_at: string | Date
  readonly released: boolean
  readonly ahead: number
}

/** The jobs that wait for a limit, longest first. */
export async function waitingJobs(run: RunSql, filter: WaitingFilter = {}): Promise<WaitingJob[]> {
  const rows = await run<WaitingRow>(
    `select p.job_id, p.job_type, p.name, p.key, p.until, p.parked_at, p.called_at is not null as released,
            (select count(*)::int from jobs.limit_parked q
              where q.lane = p.lane and q.called_at is null and q.position < p.position) as ahead
       from jobs.limit_parked p
      where (?::jsonb is null or p.job_type in (select jsonb_array_elements_text(?::jsonb)))
        and (?::jsonb is null or p.job_id in (select jsonb_array_elements_text(?::jsonb)))
        and (?::text is null or p.name = ?)
      order by p.parked_at, p.position limit ?`,
    [
      ...twice(filter.jobTypes && JSON.stringify(filter.jobTypes)),
      ...twice(filter.jobIds && JSON.stringify(filter.jobIds)),
      ...twice(filter.limit),
      filter.most ?? 100,
    ],
  )
  return rows.map((row) => ({
    jobId: row.job_id,
    jobType: row.job_type,
    limit: row.name,
    key: row.key,
    ahead: row.ahead,
    until: row.until ? new Date(row.until) : undefined,
    since: new Date(row.parked_at),
    isReleased: row.released,
  }))
}

/** What the database says of each job type that has waiting or retrying jobs, for the overview of the queues. */
export async function askDatabase(run: RunSql, now: Date): Promise<ReadonlyMap<string, DatabaseFacts>> {
  const [waits, retries] = await Promise.all([
    run<LimitWait & { readonly type: string }>(
      `select job_type as type, name as limit, count(*)::int as jobs from jobs.limit_parked
        where called_at is null and (until is null or until > ?::timestamptz) group by 1, 2`,
      [now.toISOString()],
    ),
    run<{ readonly type: string; readonly jobs: string }>(
      `select type, sum(count)::text as jobs from jobs.history_counts
        where day = 'infinity' and state = 'retrying' group by 1`,
    ),
  ])
  const facts = new Map<string, DatabaseFacts>()
  for (const { type, limit, jobs } of waits) {
    const { waitsFor = [], retrying = 0 } = facts.get(type) ?? {}
    facts.set(type, { waitsFor: [...waitsFor, { limit, jobs }], retrying })
  }
  for (const { type, jobs } of retries) {
    facts.set(type, { waitsFor: facts.get(type)?.waitsFor ?? [], retrying: Number(jobs) })
  }
  return facts
}

/** The fullest limits first. */
export async function limitUse(run: RunSql, most = 100): Promise<LimitUse[]> {
  return run(
    `select b.name as limit, b.key, coalesce(s.taken, 0) as taken, coalesce(w.waiting, 0) as waiting
       from jobs.limit_buckets b
       left join (select name, key, count(*)::int as taken from jobs.limit_slots group by 1, 2) s using (name, key)
       left join (select l.name, l.key, count(*)::int as waiting from jobs.limit_lanes l
                    join jobs.limit_parked p on p.lane = l.lane and p.called_at is null group by 1, 2) w using (name, key)
      where s.taken is not null or w.waiting is not null
      order by waiting desc, taken desc, b.name, b.key limit ?`,
    [most],
  )
}

function twice(value: string | undefined): [string | null, string | null] {
  return [value ?? null, value ?? null]
}
