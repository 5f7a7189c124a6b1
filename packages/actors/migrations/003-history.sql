-- Every job that was ever asked for, and what became of it. Partitioned by the day on which it ended: a day is dropped as a
-- whole, and a job that has not ended stands in a partition of its own, which is never dropped.
create table jobs.history (
  -- Ids and names are compared by their bytes, which a database's own order of letters would only slow down.
  job_id text collate "C" not null,
  type text collate "C" not null,
  state text collate "C" not null check (state in
    ('scheduled', 'queued', 'running', 'retrying', 'done', 'discarded', 'cancelled', 'lost')),
  -- The job's newest message in the stream JOBS. Everything from here on is about that message.
  sequence bigint not null,
  subject text not null,
  key text,
  payload jsonb,
  -- The message's body where it is not JSON that PostgreSQL can hold.
  payload_text text,
  -- Headers that have no column of their own, for a redrive.
  headers jsonb,
  actor text,
  batch text collate "C",
  traceparent text,
  attempts_before integer not null default 0,
  attempts integer not null default 0,
  deliveries integer not null default 0,
  crashes integer not null default 0,
  enqueued_at timestamptz not null,
  queued_at timestamptz not null,
  scheduled_for timestamptz,
  retry_at timestamptz,
  started_at timestamptz,
  -- The attempt that started_at belongs to.
  started_attempt integer,
  ended_at timestamptz not null default 'infinity',
  wait_ms double precision,
  duration_ms double precision,
  error_name text,
  error_message text,
  error_code text,
  -- The attempt that the error belongs to.
  error_attempt integer,
  reason text,
  -- The latest attempt that a worker has reported about.
  reported_attempt integer,
  host text,
  result jsonb,
  progress jsonb,
  progress_at timestamptz,
  lines text[],
  -- How much weight the last word about the message has; an older word never overrules a newer one.
  word_rank bigint not null default 0,
  word_at timestamptz not null,
  primary key (sequence, ended_at)
) partition by range (ended_at);

create table jobs.history_unfinished partition of jobs.history for values from ('infinity') to (maxvalue)
  with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

-- A job has one newest message.
create unique index history_unfinished_job on jobs.history_unfinished (job_id);

-- For what ended on a day that has no partition. Usually empty.
create table jobs.history_other partition of jobs.history default;

create index history_queued on jobs.history (queued_at, sequence);
-- What only days have; each is made after the likeness of this one.
create index history_other_job on jobs.history_other (job_id);
create index history_other_ended on jobs.history_other (ended_at, sequence);
-- Nearly all jobs are done, so those that are done are found soon among all.
create index history_state on jobs.history (state, queued_at, sequence) where state <> 'done';
create index history_type_state on jobs.history (type, state, queued_at, sequence);
create index history_batch on jobs.history (batch, queued_at, sequence) where batch is not null;
create index history_payload on jobs.history using gin (payload jsonb_path_ops);

-- Text within error messages. A trusted extension: whoever may create tables may create it, if the server has it at all.
create extension if not exists pg_trgm;
create index history_error on jobs.history using gin (error_message gin_trgm_ops) where error_message is not null;

-- The failed attempts of each job; the newest 25 are kept. Partitioned by the day of the failure.
create table jobs.history_attempts (
  job_id text collate "C" not null,
  sequence bigint not null,
  attempt integer not null,
  started_at timestamptz,
  failed_at timestamptz not null,
  retry_at timestamptz,
  host text,
  error_name text not null,
  error_message text not null,
  error_code text,
  stack text,
  primary key (job_id, sequence, attempt, failed_at)
) partition by range (failed_at);

create table jobs.history_attempts_other partition of jobs.history_attempts default;

-- How many jobs of each type are in each state, by the day on which they ended ('infinity' for those that have not).
create table jobs.history_counts (
  day date not null,
  type text not null,
  state text not null,
  count bigint not null,
  primary key (day, type, state)
) with (fillfactor = 50);

-- What is known about messages that are not known themselves: a word that has overtaken its message.
create table jobs.history_early (
  sequence bigint not null,
  log_sequence bigint not null,
  entry jsonb not null,
  noticed_at timestamptz not null,
  primary key (sequence, log_sequence)
);

-- Older messages of jobs that were published again.
create table jobs.history_superseded (
  sequence bigint primary key,
  job_id text not null,
  noticed_at timestamptz not null
);

create index history_superseded_noticed on jobs.history_superseded (noticed_at);

-- How far the job log was read; written in the same transaction as what was read, so nothing is read twice or left out.
create table jobs.history_position (
  single boolean primary key default true check (single),
  log_sequence bigint not null default 0,
  -- When the message at log_sequence was logged: tells a log that was lost and begun anew.
  log_time timestamptz,
  log_created timestamptz,
  queue_created timestamptz,
  -- Up to here the log may tell again what is known already.
  known_until bigint not null default 0,
  schedules_sequence bigint not null default 0
);

insert into jobs.history_position default values;
