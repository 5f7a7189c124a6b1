-- Limits on how many jobs of a key run at once or start in a time. The functions decide; a worker asks one question before a job
-- starts and one when it has ended. Every function first locks the buckets it is about, in the order of their names, so that no
-- two of them wait for each other; whatever belongs to a bucket is touched only by who holds it.

-- What is counted together: one key of one limit.
create table jobs.limit_buckets (
  name text not null,
  key text not null,
  -- For a rate: when the bucket would be full again (the theoretical arrival time of GCRA).
  full_at timestamptz,
  primary key (name, key)
);

-- Who counts. A slot belongs to a job, not to a worker: a job that comes back after a crash has it still.
create table jobs.limit_slots (
  name text not null,
  key text not null,
  job_id text not null,
  -- The job's message when it started; null while the slot is kept for a job that was called and is on its way.
  sequence bigint,
  -- Where the job's message stands if it is not that one any more.
  place text not null,
  since timestamptz not null,
  checked_at timestamptz not null,
  primary key (name, key, job_id)
);
create index limit_slots_job on jobs.limit_slots (job_id);
create index limit_slots_checked on jobs.limit_slots (checked_at);

-- A time that a rate has given to a job.
create table jobs.limit_tokens (
  name text not null,
  key text not null,
  job_id text not null,
  at timestamptz not null,
  primary key (job_id, name, key)
);

-- Jobs with the same keys wait in a lane, first come first served. A lane waits for one bucket, which is full.
create sequence jobs.limit_turn;
create table jobs.limit_lanes (
  lane text primary key,
  -- [{name, key}]: all that its jobs need.
  buckets jsonb not null,
  name text not null,
  key text not null,
  -- The smallest is next; a lane that was served goes to the end.
  turn bigint not null default nextval('jobs.limit_turn')
);
create index limit_lanes_turn on jobs.limit_lanes (name, key, turn);

-- A job that may not start. Its message is a schedule in the stream JOBS at `schedules.<place>`.
create table jobs.limit_parked (
  job_id text primary key,
  job_type text not null,
  -- Null for one that waits for a time that a rate has given to it.
  lane text,
  position bigint not null,
  turn bigint,
  place text not null,
  name text not null,
  key text not null,
  until timestamptz,
  parked_at timestamptz not null,
  -- Whether its schedule is stored for certain.
  stored boolean not null default false,
  -- When room was made for it; its slots are kept.
  called_at timestamptz
);
create sequence jobs.limit_position;
create index limit_parked_lane on jobs.limit_parked (lane, position) where called_at is null;
create index limit_parked_called on jobs.limit_parked (called_at) where called_at is not null;
create index limit_parked_waiting on jobs.limit_parked (job_type, parked_at);

create function jobs.limits_lock(p_limits jsonb) returns void language plpgsql as $$
declare
  locked integer;
begin
  loop
    perform 1 from jobs.limit_buckets b
      join jsonb_to_recordset(p_limits) as l(name text, key text) on b.name = l.name and b.key = l.key
     order by b.name, b.key for update of b;
    get diagnostics locked = row_count;
    exit when locked >= jsonb_array_length(p_limits);
    insert into jobs.limit_buckets (name, key)
    select l.name, l.key from jsonb_to_recordset(p_limits) as l(name text, key text) order by 1, 2
    on conflict do nothing;
  end loop;
end $$;

-- Calls the lanes that wait for a bucket as long as it has room. Of a job that is called, the slots of all buckets in p_locked are
-- kept; the others it asks for when it comes. Returns whom to release: [{job_id, place}].
create function jobs.limits_call(p_name text, p_key text, p_max integer, p_locked jsonb, p_first bigint, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  called jsonb := '[]';
  next_lane jobs.limit_lanes;
  next_job jobs.limit_parked;
  full_bucket record;
begin
  while (select count(*) from jobs.limit_slots s where s.name = p_name and s.key = p_key) < p_max loop
    select * into next_lane from jobs.limit_lanes l where l.name = p_name and l.key = p_key order by l.turn limit 1;
    exit when not found;
    select * into next_job from jobs.limit_parked p
     where p.lane = next_lane.lane and p.called_at is null order by p.position limit 1;
    if not found then
      delete from jobs.limit_lanes where lane = next_lane.lane;
      continue;
    end if;
    -- In an ordered key an earlier job is on its way to a worker: it starts by itself.
    exit when p_first is not null and next_job.position > p_first;
    select l.name, l.key into full_bucket
      from jsonb_to_recordset(p_locked) as l(name text, key text, max integer)
      join jsonb_to_recordset(next_lane.buckets) as b(name text, key text) on b.name = l.name and b.key = l.key
     where l.max is not null
       and (select count(*) from jobs.limit_slots s where s.name = l.name and s.key = l.key) >= l.max
     order by 1, 2 limit 1;
    if found then
      update jobs.limit_lanes set name = full_bucket.name, key = full_bucket.key where lane = next_lane.lane;
      continue;
    end if;
    insert into jobs.limit_slots (name, key, job_id, place, since, checked_at)
    select l.name, l.key, next_job.job_id, next_job.place, p_now, p_now
      from jsonb_to_recordset(p_locked) as l(name text, key text, max integer)
      join jsonb_to_recordset(next_lane.buckets) as b(name text, key text) on b.name = l.name and b.key = l.key
     where l.max is not null
    on conflict do nothing;
    update jobs.limit_parked set called_at = p_now, turn = next_lane.turn where job_id = next_job.job_id;
    update jobs.limit_lanes set turn = nextval('jobs.limit_turn') where lane = next_lane.lane;
    called := called || jsonb_build_object('job_id', next_job.job_id, 'place', next_job.place);
  end loop;
  return called;
end $$;

create function jobs.limits_call_all(p_limits jsonb, p_first bigint, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  called jsonb := '[]';
  bucket record;
begin
  for bucket in
    select l.name, l.key, l.max from jsonb_to_recordset(p_limits) as l(name text, key text, max integer)
     where l.max is not null and exists (select from jobs.limit_lanes w where w.name = l.name and w.key = l.key)
     order by 1, 2
  loop
    called := called || jobs.limits_call(bucket.name, bucket.key, bucket.max, p_limits, p_first, p_now);
  end loop;
  return called;
end $$;

-- May this job start? p_limits: [{name, key, max} or {name, key, step (milliseconds), burst}]. In an ordered key p_position is the
-- job's rank and p_first that of the first job of the key that is not parked.
-- Answers {kind: granted | parked | later, name, key, until, was_parked, called: [{job_id, place}]}.
create function jobs.limits_claim(
  p_job text, p_type text, p_lane text, p_limits jsonb, p_sequence bigint, p_place text, p_parking text,
  p_position bigint, p_first bigint, p_now timestamptz
) returns jsonb language plpgsql as $$
declare
  waiting jobs.limit_parked;
  was_parked boolean;
  blocked record;
  start_at timestamptz;
  called jsonb := '[]';
begin
  perform jobs.limits_lock(p_limits);
  select * into waiting from jobs.limit_parked where job_id = p_job;
  was_parked := found;
  if was_parked and waiting.lane is not null and waiting.called_at is null then
    called := jobs.limits_call_all(p_limits, p_first, p_now);
    select * into waiting from jobs.limit_parked where job_id = p_job;
  end if;

  select l.name, l.key into blocked
    from jsonb_to_recordset(p_limits) as l(name text, key text, max integer)
   where l.max is not null
     and not exists (select from jobs.limit_slots s where s.name = l.name and s.key = l.key and s.job_id = p_job)
     and (coalesce(p_first < p_position, false)
       or (select count(*) from jobs.limit_slots s where s.name = l.name and s.key = l.key) >= l.max
       or (waiting.called_at is null and exists (select from jobs.limit_lanes w where w.name = l.name and w.key = l.key
             and exists (select from jobs.limit_parked q where q.lane = w.lane and q.called_at is null))))
   order by 1, 2 limit 1;
  if found then
    delete from jobs.limit_slots where job_id = p_job;
    insert into jobs.limit_parked (job_id, job_type, lane, position, place, name, key, parked_at)
    values (p_job, p_type, p_lane, coalesce(p_position, nextval('jobs.limit_position')), p_parking, blocked.name, blocked.key, p_now)
    on conflict (job_id) do update
       set called_at = null, stored = false, lane = p_lane, place = p_parking, name = excluded.name, key = excluded.key, until = null;
    insert into jobs.limit_lanes (lane, buckets, name, key, turn)
    select p_lane, p_limits, blocked.name, blocked.key, coalesce(waiting.turn, nextval('jobs.limit_turn'))
    on conflict (lane) do update
       set name = excluded.name, key = excluded.key, turn = least(limit_lanes.turn, excluded.turn)
     where waiting.called_at is not null;
    if waiting.called_at is not null then
      called := called || jobs.limits_call_all(p_limits, null, p_now);
    end if;
    return jsonb_build_object('kind', 'parked', 'name', blocked.name, 'key', blocked.key,
                              'was_parked', was_parked, 'called', called);
  end if;

  -- GCRA: the bucket gives away its next free time, which may lie ahead.
  with asked as (
    select b.name, b.key, b.full_at, l.step * interval '1 millisecond' as step, l.burst
      from jsonb_to_recordset(p_limits) as l(name text, key text, step float8, burst integer)
      join jobs.limit_buckets b on b.name = l.name and b.key = l.key
     where l.step is not null
       and not exists (select from jobs.limit_tokens t where t.job_id = p_job and t.name = l.name and t.key = l.key)
  ), taken as (
    update jobs.limit_buckets b set full_at = greatest(a.full_at, p_now) + a.step
      from asked a where b.name = a.name and b.key = a.key
  )
  insert into jobs.limit_tokens (name, key, job_id, at)
  select a.name, a.key, p_job, greatest(p_now, a.full_at - a.step * (a.burst - 1)) from asked a;

  select t.at, t.name, t.key into blocked from jobs.limit_tokens t where t.job_id = p_job order by t.at desc limit 1;
  if found and blocked.at > p_now then
    delete from jobs.limit_slots where job_id = p_job;
    insert into jobs.limit_parked (job_id, job_type, lane, position, place, name, key, until, parked_at, stored)
    values (p_job, p_type, null, nextval('jobs.limit_position'), p_parking, blocked.name, blocked.key, blocked.at, p_now, true)
    on conflict (job_id) do update
       set called_at = null, stored = true, lane = null, place = p_parking, name = excluded.name, key = excluded.key, until = excluded.until;
    called := called || jobs.limits_call_all(p_limits, null, p_now);
    return jsonb_build_object('kind', 'later', 'name', blocked.name, 'key', blocked.key,
                              'until', blocked.at, 'was_parked', was_parked, 'called', called);
  end if;

  insert into jobs.limit_slots (name, key, job_id, sequence, place, since, checked_at)
  select l.name, l.key, p_job, p_sequence, p_place, p_now, p_now
    from jsonb_to_recordset(p_limits) as l(name text, key text, max integer) where l.max is not null
  on conflict (name, key, job_id) do update set sequence = excluded.sequence, place = excluded.place, checked_at = excluded.checked_at;
  if was_parked then
    delete from jobs.limit_parked where job_id = p_job;
  end if;
  return jsonb_build_object('kind', 'granted', 'was_parked', was_parked, 'called', called);
end $$;

-- A job gives back all it has; null only calls who waits. p_first: in an ordered key, the first job that is not parked.
create function jobs.limits_leave(p_job text, p_limits jsonb, p_first bigint, p_now timestamptz)
returns jsonb language plpgsql as $$
begin
  perform jobs.limits_lock(p_limits);
  delete from jobs.limit_slots where job_id = p_job;
  delete from jobs.limit_tokens where job_id = p_job;
  delete from jobs.limit_parked where job_id = p_job;
  return jobs.limits_call_all(p_limits, p_first, p_now);
end $$;
