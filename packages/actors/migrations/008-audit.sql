-- What operators did: who, when, what. Written with what was done, in the same transaction where that is in the database.
create table jobs.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  -- A user, a service, or a person at a command line.
  by text not null,
  action text not null,
  details jsonb not null default '{}'
);

create index audit_at on jobs.audit (at desc);
