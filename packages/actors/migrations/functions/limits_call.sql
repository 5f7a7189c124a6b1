-- Releases jobs that wait for a bucket, one of each lane in turn, as long as the bucket has room. A released job keeps slots in all
-- buckets of p_locked; it claims the others when it arrives. Returns the jobs to release: [{job_id, place}].
create or replace function jobs.limits_call(p_name text, p_key text, p_max integer, p_locked jsonb, p_first bigint, p_now timestamptz)
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
    -- In an ordered key an earlier job is on its way to a worker: it needs no release.
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
