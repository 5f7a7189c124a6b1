-- Notifies the relay of new rows in the outbox.
create or replace function jobs.notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('jobs_outbox', '');
  return null;
end
$$;
