import type { EntityManager } from '@mikro-orm/postgresql'

/** A job that may not start, and what it waits for. */
export interface WaitingJob {
  readonly jobId: string
  readonly jobType: string
  readonly limit: string
  readonly key: string
  /** Jobs of the same keys that come first; other keys take turns with these. */
  readonly ahead: number
  /** When it may start, if a rate has given it a time. */
  readonly until: Date | undefined
  readonly since: Date
  /** Room was made for it, and it is on its way. */
  readonly called: boolean
}

/** Which waiting jobs to list. */
export interface WaitingFilter {
  readonly jobType?: string
  /** Any of these types. */
  readonly jobTypes?: readonly string[]
  readonly jobId?: string
  readonly limit?: string
  /** Those that were parked at that time or later. */
  readonly from?: Date
  /** Default 100. */
  readonly most?: number
}

/** How full a limit is, for one key. */
export interface LimitUse {
  readonly limit: string
  readonly key: string
  /** Jobs that count, running or called. */
  readonly taken: number
  /** Jobs that wait, for this limit or, with the same keys, for another one of theirs. */
  readonly waiting: number
}

/** The jobs that wait for a limit, longest first. */
export async function waitingJobs(em: EntityManager, filter: WaitingFilter = {}): Promise<WaitingJob[]> {
  const rows = await em.execute<WaitingRow[]>(
    `select p.job_id, p.job_type, p.name, p.key, p.until, p.parked_at, p.called_at is not null as called,
            (select count(*)::int from jobs.limit_parked q
              where q.lane = p.lane and q.called_at is null and q.position < p.position) as ahead
       from jobs.limit_parked p
      where (?::text is null or p.job_type = ?) and (?::text is null or p.job_id = ?) and (?::text is null or p.name = ?)
        and (?::jsonb is null or p.job_type in (select jsonb_array_elements_text(?::jsonb)))
        and (?::timestamptz is null or p.parked_at >= ?::timestamptz)
      order by p.parked_at, p.position limit ?`,
    [
      ...twice(filter.jobType),
      ...twice(filter.jobId),
      ...twice(filter.limit),
      ...twice(filter.jobTypes && JSON.stringify(filter.jobTypes)),
      ...twice(filter.from?.toISOString()),
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
    called: row.called,
  }))
}

/** How many jobs of each type wait, and for which limit. */
export async function waitingCounts(
  em: EntityManager,
): Promise<readonly { readonly jobType: string; readonly limit: string; readonly waiting: number }[]> {
  return em.execute(
    `select job_type as "jobType", name as limit, count(*)::int as waiting from jobs.limit_parked
      where called_at is null group by 1, 2 order by 1, 3 desc, 2`,
  )
}

/** The fullest limits first. */
export async function limitUse(em: EntityManager, most = 100): Promise<LimitUse[]> {
  return em.execute(
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

/** One sentence for people: `waits for limit mail-api (key example.org), 3 ahead`. */
export function describeWaiting({ limit, key, ahead, until, called }: WaitingJob): string {
  if (called) return 'is about to start'
  const what = `waits for limit ${limit} (key ${key})`
  return until ? `${what} until ${until.toISOString()}` : `${what}, ${ahead} ahead`
}

interface WaitingRow {
  readonly job_id: string
  readonly job_type: string
  readonly name: string
  readonly key: string
  readonly until: string | Date | null
  readonly parked_at: string | Date
  readonly called: boolean
  readonly ahead: number
}

function twice(value: string | undefined): [string | null, string | null] {
  return [value ?? null, value ?? null]
}
