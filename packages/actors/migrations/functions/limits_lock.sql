-- Locks the buckets of these limits one after another in the order of their names, and makes those that do not exist. A transaction
-- that waits for a bucket holds only buckets before it, so that no two transactions wait for each other. Whatever belongs to a
-- bucket is changed only by the transaction that holds its lock.
create or replace function jobs.limits_lock(p_limits jsonb) returns void language plpgsql as $$
declare
  bucket record;
begin
  for bucket in select distinct l.name, l.key from jsonb_to_recordset(p_limits) as l(name text, key text) order by 1, 2 loop
    loop
      perform 1 from jobs.limit_buckets b where b.name = bucket.name and b.key = bucket.key for update;
      exit when found;
      insert into jobs.limit_buckets (name, key) values (bucket.name, bucket.key) on conflict do nothing;
      exit when found;
    end loop;
  end loop;
end $$;
