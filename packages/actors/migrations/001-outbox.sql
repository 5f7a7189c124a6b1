-- What committed transactions want to say. A row is published in order and deleted once NATS has stored it.
-- Any program may add rows in its own transactions: the row's subject, headers and body are the NATS message.
create table jobs.outbox (
  id bigint generated always as identity primary key,
  subject text not null,
  headers jsonb not null default '{}',
  body text not null default '{}',
  created_at timestamptz not null default now(),
  -- Set when NATS refuses the message for a reason that waiting does not mend.
  refused_at timestamptz,
  refusal text
);

create index outbox_refused on jobs.outbox (refused_at) where refused_at is not null;

create function jobs.notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('jobs_outbox', '');
  return null;
end
$$;

create trigger outbox_notify after insert on jobs.outbox
  for each statement execute function jobs.notify_outbox();

-- Steps that must not happen twice, remembered in the transaction that did them.
create table jobs.processed (
  job_id text not null,
  step text not null default '',
  processed_at timestamptz not null,
  primary key (job_id, step)
);

create index processed_at on jobs.processed (processed_at);
