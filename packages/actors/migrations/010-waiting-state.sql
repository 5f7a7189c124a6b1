-- A job that may not start yet because of a limit, a rate or the order of its key is `waiting`; until now it was `scheduled`.

-- The constraint is inherited by every partition. It is not validated: every row satisfies the narrower one that it replaces, and a
-- scan of all partitions would keep readers out.
alter table jobs.history drop constraint history_state_check;
alter table jobs.history add constraint history_state_check check (state in
  ('scheduled', 'queued', 'waiting', 'running', 'retrying', 'done', 'discarded', 'cancelled', 'lost')) not valid;

-- A parked job has the header Job-Parked; where its schedule is not read yet, the report of its parking is the last entry about it.
with moved as (
  update jobs.history_unfinished set state = 'waiting'
   where state = 'scheduled' and (headers -> 'Job-Parked' is not null or word_rank = 3000000000000)
  returning type
), moves as (
  select type, count(*) as count from moved group by type
), counted_down as (
  update jobs.history_counts c set count = c.count - m.count
    from moves m where c.day = 'infinity' and c.type = m.type and c.state = 'scheduled'
)
insert into jobs.history_counts as held (day, type, state, count)
select 'infinity', type, 'waiting', count from moves
on conflict (day, type, state) do update set count = held.count + excluded.count;
