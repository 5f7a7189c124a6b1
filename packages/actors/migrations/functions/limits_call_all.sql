-- Releases the jobs that wait for any of these buckets: [{job_id, place}].
create or replace function jobs.limits_call_all(p_limits jsonb, p_first bigint, p_now timestamptz)
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
