-- One row for each lifecycle: a statechart's snapshot, written in the same transaction as what it decided.
create table jobs.lifecycles (
  machine text not null,
  key text not null,
  -- Grows with every message; a writer that has seen an older one has lost.
  version integer not null,
  -- Version of the machine's definition that wrote the snapshot.
  definition integer not null,
  state jsonb not null,
  snapshot jsonb not null,
  status text not null,
  tags text[] not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ended_at timestamptz,
  primary key (machine, key)
);

create index lifecycles_open on jobs.lifecycles (machine, updated_at) where ended_at is null;

-- The course of each lifecycle, and the memory of which messages it has seen.
create table jobs.lifecycle_messages (
  machine text not null,
  key text not null,
  message_id text not null,
  event jsonb not null,
  state jsonb not null,
  version integer not null,
  received_at timestamptz not null,
  primary key (machine, key, message_id)
);

create index lifecycle_messages_course on jobs.lifecycle_messages (machine, key, version);
