-- Applies any number of batch events, in any order: [{type, batch, onComplete, parent, chunk, chunks, jobIds, jobId, state}].
-- Returns the batches that they complete; each batch is returned once.
create or replace function jobs.batches_take(p_news jsonb, p_now timestamptz) returns setof jobs.batches language plpgsql as $$
begin
  create temporary table if not exists batch_news (
    type text, batch text, "onComplete" jsonb, parent text, chunk integer, chunks integer, "jobIds" jsonb, "jobId" text, state text
  ) on commit delete rows;
  delete from batch_news;
  insert into batch_news select * from jsonb_to_recordset(p_news) as n(
    type text, batch text, "onComplete" jsonb, parent text, chunk integer, chunks integer, "jobIds" jsonb, "jobId" text, state text);

  insert into jobs.batches (id, first_heard_at)
  select distinct n.batch, p_now from batch_news n order by 1 on conflict do nothing;
  perform 1 from jobs.batches b where b.id in (select n.batch from batch_news n) order by b.id for update;
  delete from batch_news n using jobs.batches b where b.id = n.batch and b.completed_at is not null;

  update jobs.batches b
     set opened_at = coalesce(b.opened_at, p_now), on_complete = coalesce(b.on_complete, n."onComplete"),
         parent = coalesce(b.parent, n.parent)
    from batch_news n where n.batch = b.id and n.type = 'batch.opened';
  update jobs.batches b set chunks = greatest(b.chunks, n.chunks)
    from (select batch, max(batch_news.chunks) as chunks from batch_news where type = 'batch.sealed' group by 1) n
   where n.batch = b.id;

  with announced as (
    insert into jobs.batch_chunks (batch_id, chunk)
    select distinct n.batch, n.chunk from batch_news n where n.type = 'batch.added' and n.chunk is not null
    on conflict do nothing returning batch_id
  )
  update jobs.batches b set chunks_told = b.chunks_told + t.n
    from (select batch_id, count(*) as n from announced group by 1) t where t.batch_id = b.id;

  with added as (
    insert into jobs.batch_members (batch_id, job_id)
    select n.batch, j.id from batch_news n, jsonb_array_elements_text(n."jobIds") as j(id) where n.type = 'batch.added'
    union
    select n.batch, n."jobId" from batch_news n where n.type = 'job.ended'
    on conflict do nothing returning batch_id
  )
  update jobs.batches b set total = b.total + t.n
    from (select batch_id, count(*) as n from added group by 1) t where t.batch_id = b.id;

  with announced as (
    update jobs.batch_members m set state = n.state
      from (select distinct on (batch, "jobId") batch, "jobId", batch_news.state from batch_news where type = 'job.ended') n
     where m.batch_id = n.batch and m.job_id = n."jobId" and m.state is null
    returning m.batch_id, m.state
  )
  update jobs.batches b set done = b.done + t.done, discarded = b.discarded + t.discarded, cancelled = b.cancelled + t.cancelled
    from (select batch_id, count(*) filter (where state = 'done') as done, count(*) filter (where state = 'discarded') as discarded,
                 count(*) filter (where state = 'cancelled') as cancelled from announced group by 1) t
   where t.batch_id = b.id;

  return query
    update jobs.batches b set completed_at = p_now
     where b.id in (select n.batch from batch_news n) and b.completed_at is null and b.opened_at is not null
       and b.chunks is not null and b.chunks_told >= b.chunks and b.done + b.discarded + b.cancelled >= b.total
    returning b.*;
end $$;
