-- Whether a job may start. p_limits: [{name, key, max} or {name, key, step (milliseconds), burst}]. In an ordered key p_position is
-- the job's rank, and p_first that of the first job of the key that is not parked.
-- Returns {kind: granted | parked | later, name, key, until, was_parked, called: [{job_id, place}]}.
create or replace function jobs.limits_claim(
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

  -- GCRA: the job takes the next free time of the bucket, which may lie in the future.
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
