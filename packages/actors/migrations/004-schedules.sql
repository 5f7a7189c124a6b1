-- Schedules that repeat, as they were last declared, and how far each has been dealt with. The server's own schedules are
-- made from these rows; a row whose schedule is not declared any more is removed.
create table jobs.schedules (
  -- Whose schedule it is; all schedules of a set are declared together.
  schedule_set text not null,
  name text not null,
  cron text not null,
  time_zone text not null,
  -- For people and programs that only read: job type, payload, overlap, catch-up.
  declaration jsonb not null,
  -- Every time at which the schedule was due up to here has been dealt with: run, skipped or given up.
  settled_until timestamptz not null,
  -- The time at which the last run was due, what became of it (enqueued or skipped), and its job.
  last_due_at timestamptz,
  last_outcome text,
  last_job_id text,
  run_count bigint not null default 0,
  -- Due while its job was still queued or running.
  skipped_count bigint not null default 0,
  -- Due while nobody was there, and given up by the catch-up policy.
  missed_count bigint not null default 0,
  paused_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (schedule_set, name)
);
