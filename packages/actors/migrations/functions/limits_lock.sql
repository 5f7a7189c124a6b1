-- Locks the buckets of these limits, in the order of their names, so that no two transactions wait for each other. Whatever belongs
-- to a bucket is changed only by the transaction that holds its lock.
create or replace function jobs.limits_lock(p_limits jsonb) returns void language plpgsql as $$
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
