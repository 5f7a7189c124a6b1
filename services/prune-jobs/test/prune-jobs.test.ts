import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type JobBed, makeJobBed } from '../../../test/harness/index.ts'
import { pruneJobsWorker } from '../src/prune-jobs.ts'

let bed: JobBed
before(async () => {
  bed = await makeJobBed(pruneJobsWorker)
})
after(() => bed[Symbol.asyncDispose]())
beforeEach(() =>
  bed.database.query('TRUNCATE good_jobs, jobs.processed, jobs.lifecycles, jobs.lifecycle_messages'),
)

interface Execution {
  readonly job: string | null
  readonly days: number
  readonly finished?: boolean
  readonly error?: string
  readonly retriedBy?: string
  readonly id?: string
}

async function add({ job, days, finished = true, error, retriedBy, id }: Execution): Promise<void> {
  await bed.database.query(
    `INSERT INTO good_jobs (id, active_job_id, retried_good_job_id, error, created_at, updated_at, finished_at)
     SELECT coalesce($1::uuid, gen_random_uuid()), $2::uuid, $3::uuid, $4, moment, moment, CASE WHEN $5 THEN moment END
       FROM (SELECT now() AT TIME ZONE 'UTC' - make_interval(days => $6)) AS given(moment)`,
    [id, job, retriedBy, error, finished, days],
  )
}
const jobId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const left = async () =>
  (
    await bed.database.query<{ job: string }>('SELECT active_job_id::text AS job FROM good_jobs ORDER BY 1')
  ).map(({ job }) => job)
const nothing = { jobs: 0, executions: 0, processedSteps: 0, lifecycleMessages: 0 }

describe("Danbooru's own jobs", () => {
  test('are deleted after seven days, whether they succeeded or were discarded', async () => {
    await add({ job: jobId(1), days: 8 })
    await add({ job: jobId(2), days: 8, error: 'RuntimeError: no' })
    await add({ job: jobId(3), days: 6 })
    assert.deepEqual(await bed.resultOf(), { ...nothing, jobs: 2, executions: 2 })
    assert.deepEqual(await left(), [jobId(3)])
    assert.deepEqual(await bed.resultOf(), nothing)
  })

  test('go with all their executions, and the age of the last decides', async () => {
    await add({ job: jobId(1), days: 8, id: jobId(11) })
    await add({ job: jobId(1), days: 9, retriedBy: jobId(11) })
    await add({ job: jobId(2), days: 1, id: jobId(12) })
    await add({ job: jobId(2), days: 9, retriedBy: jobId(12) })
    assert.deepEqual(await bed.resultOf(), { ...nothing, jobs: 1, executions: 2 })
    assert.deepEqual(await left(), [jobId(2), jobId(2)])
  })

  test('stay as long as they are not finished, however old', async () => {
    await add({ job: jobId(1), days: 400, finished: false })
    await add({ job: jobId(2), days: 9, id: jobId(12) })
    await add({ job: jobId(2), days: 9, finished: false, retriedBy: jobId(12) })
    assert.deepEqual(await bed.resultOf(), nothing)
  })

  test('without a job id go one by one', async () => {
    await add({ job: null, days: 8 })
    await add({ job: null, days: 1 })
    assert.deepEqual(await bed.resultOf(), { ...nothing, jobs: 1, executions: 1 })
  })

  test('go by the hundred thousand', async () => {
    await bed.database.query(
      `INSERT INTO good_jobs (active_job_id, created_at, updated_at, finished_at)
       SELECT gen_random_uuid(), '2020-01-01', '2020-01-01', '2020-01-01' FROM generate_series(1, 100000)`,
    )
    await add({ job: jobId(1), days: 1 })
    assert.deepEqual(await bed.resultOf(), { ...nothing, jobs: 100_000, executions: 100_000 })
    assert.deepEqual(await left(), [jobId(1)])
  })
})

test('our own notes are forgotten: steps after 30 days, the course of lifecycles 90 days after their end', async () => {
  await bed.database.query(
    `INSERT INTO jobs.processed (job_id, step, processed_at)
     SELECT 'job-' || days, 'step', now() - make_interval(days => days) FROM unnest(ARRAY[29, 31, 400]) AS days`,
  )
  await bed.database.query(
    `WITH added AS (
       INSERT INTO jobs.lifecycles (machine, key, version, definition, state, snapshot, status, created_at, updated_at, ended_at)
       SELECT 'm', coalesce(days, 0)::text, 1, 1, '{}', '{}', 'done', now(), now(), now() - make_interval(days => days)
         FROM unnest(ARRAY[89, 91, NULL]::int[]) AS days RETURNING key
     )
     INSERT INTO jobs.lifecycle_messages (machine, key, message_id, event, state, version, received_at)
     SELECT 'm', key, message, '{}', '{}', 1, now() - interval '1 year' FROM added, unnest(ARRAY['a', 'b']) AS message`,
  )
  assert.deepEqual(await bed.resultOf(), { ...nothing, processedSteps: 2, lifecycleMessages: 2 })
  assert.deepEqual(await bed.database.query('SELECT count(*)::int AS kept FROM jobs.lifecycles'), [
    { kept: 3 },
  ])
  assert.deepEqual(await bed.resultOf(), nothing)
})
