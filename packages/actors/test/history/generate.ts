/**
 * Fills the history with generated jobs: 20 types, 95 % done, 3 % discarded, the rest unfinished or cancelled, over the last seven
 * days; the payloads name 100,000 users.
 *
 * @param jobs how many; in one statement for each million
 * @param present how many of them are there already
 */
export async function generateHistory(
  query: (sql: string, values?: readonly unknown[]) => Promise<unknown>,
  jobs: number,
  now: Date,
  present = 0,
): Promise<void> {
  if (present >= jobs) return
  for (let from = present + 1; from <= jobs; from += 1_000_000) {
    const to = Math.min(jobs, from + 999_999)
    await query(insertGenerated, [from, to, jobs, now.toISOString()])
  }
  await query(`insert into jobs.history_counts (day, type, state, count)
    select case when ended_at = 'infinity' then 'infinity' else (ended_at at time zone 'UTC')::date end, type, state, count(*)
      from jobs.history group by 1, 2, 3`)
  await query('vacuum analyze jobs.history')
}

const insertGenerated = `
  insert into jobs.history (job_id, type, state, sequence, subject, payload, attempts, deliveries, enqueued_at, queued_at,
    started_at, ended_at, wait_ms, duration_ms, error_name, error_message, error_code, reason, word_at)
  select md5(n::text)::uuid::text, type, state, n, 'jobs.' || type,
    jsonb_build_object('userId', hashint8(n) & 65535, 'postId', n % 5000000, 'force', n % 2 = 0),
    1, 1, queued, queued, queued + interval '20 ms',
    case when ended then queued + interval '70 ms' else 'infinity' end, 20, case when ended then 50 end,
    case when failed then 'TypeError' end,
    case when failed then 'Cannot read properties of undefined reading ' || md5((n % 1000)::text) end,
    case when failed then 'retryable' end, case when failed then 'attempts-exhausted: attempt 5 of 5' end, queued
  from (select n, 'type-' || (n % 20) as type, place,
      $4::timestamptz - interval '7 days' * (1 - n::float8 / $3::float8) as queued,
      case when place < 950 then 'done' when place < 980 then 'discarded' when place < 990 then 'cancelled'
        when place < 995 then 'queued' when place < 998 then 'retrying' else 'scheduled' end as state,
      place < 990 as ended, place between 950 and 979 as failed
    from generate_series($1::bigint, $2::bigint) n, lateral (select abs(hashint8(n + 7)) % 1000 as place) p) as job`
