-- Gives back all slots and times of a job; without a job (null) it only releases waiting jobs. p_first: in an ordered key, the rank
-- of the first job that is not parked. Returns the jobs to release: [{job_id, place}].
create or replace function jobs.limits_leave(p_job text, p_limits jsonb, p_first bigint, p_now timestamptz)
returns jsonb language plpgsql as $$
begin
  perform jobs.limits_lock(p_limits);
  delete from jobs.limit_slots where job_id = p_job;
  delete from jobs.limit_tokens where job_id = p_job;
  delete from jobs.limit_parked where job_id = p_job;
  return jobs.limits_call_all(p_limits, p_first, p_now);
end $$;
