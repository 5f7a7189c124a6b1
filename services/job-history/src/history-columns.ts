import type { JobRecord } from './job-record.ts'
import type { StoredEntry } from './log-entry.ts'
import type { JobChange } from './reduce.ts'

/** How many log lines of a job are kept. */
export const keptLines = 200

/** Columns of `jobs.history` that a record holds, with their types; times are written and read as milliseconds. */
const columns = {
  jobId: ['job_id', 'text'],
  type: ['type', 'text'],
  state: ['state', 'text'],
  sequence: ['sequence', 'bigint'],
  attemptsBefore: ['attempts_before', 'integer'],
  attempts: ['attempts', 'integer'],
  deliveries: ['deliveries', 'integer'],
  crashes: ['crashes', 'integer'],
  enqueuedAt: ['enqueued_at', 'time'],
  queuedAt: ['queued_at', 'time'],
  scheduledFor: ['scheduled_for', 'time'],
  retryAt: ['retry_at', 'time'],
  startedAt: ['started_at', 'time'],
  startedAttempt: ['started_attempt', 'integer'],
  endedAt: ['ended_at', 'time'],
  waitMs: ['wait_ms', 'float8'],
  durationMs: ['duration_ms', 'float8'],
  errorName: ['error_name', 'text'],
  errorMessage: ['error_message', 'text'],
  errorCode: ['error_code', 'text'],
  errorAttempt: ['error_attempt', 'integer'],
  reason: ['reason', 'text'],
  reportedAttempt: ['reported_attempt', 'integer'],
  host: ['host', 'text'],
  result: ['result', 'jsonb'],
  progress: ['progress', 'jsonb'],
  progressAt: ['progress_at', 'time'],
  wordRank: ['word_rank', 'bigint'],
  wordAt: ['word_at', 'time'],
} as const satisfies Record<keyof JobRecord, readonly [name: string, type: string]>

type Field = keyof typeof columns
const fields = Object.keys(columns) as Field[]

/** Columns that are written together with a new message and never change. */
const messageColumns = [
  ['subject', 'text'],
  ['key', 'text'],
  ['payload', 'jsonb'],
  ['payload_text', 'text'],
  ['headers', 'jsonb'],
  ['actor', 'text'],
  ['batch', 'text'],
  ['traceparent', 'text'],
] as const

const names = fields.map((field) => columns[field][0])
const messageNames = messageColumns.map(([name]) => name)

/** Reads a record; give it an alias of `jobs.history`. */
export const recordSelection = fields.map((field) => selected(field)).join(', ')

/** Every column of a new row, the record's first. */
export const insertedColumns = [...names, ...messageNames, 'lines'].join(', ')
export const recordColumns = names.join(', ')
export const keptColumns = [...messageNames].join(', ')

/** The record of a JSON array, as a table expression named `c`. */
export const recordset = `(select r.from_sequence, ${fields.map(cast).join(', ')}, ${[...messageNames, 'lines'].join(', ')}
  from json_to_recordset($1::json) as r(from_sequence bigint, ${[
    ...fields.map((field) => `${columns[field][0]} ${wireType(columns[field][1])}`),
    ...messageColumns.map(([name, type]) => `${name} ${type}`),
    'lines text[]',
  ].join(', ')})) as c`

/** Assignments from `c` for an update in place. */
export const assignments = names
  .filter((name) => name !== 'job_id' && name !== 'sequence')
  .map((name) => `${name} = c.${name}`)
  .join(', ')

/** A changed job as a member of the JSON array that {@link recordset} reads: text put together by hand, for speed. */
export function wireRow({ before, after, stored, lines }: JobChange): string {
  let text = `{"from_sequence":${before === undefined ? 'null' : before.sequence}`
  for (const { field, prefix, isText } of wireFields) {
    const value = after[field]
    if (value !== null) text += prefix + (isText ? JSON.stringify(value) : value)
  }
  if (lines.length > 0) text += `,"lines":${JSON.stringify(lines.slice(-keptLines))}`
  return `${text}${stored === undefined ? '' : wireMessage(stored)}}`
}

const wireFields = fields.map((field) => {
  const [name, type] = columns[field]
  // JSON text goes through as it is, so numbers in it keep all their digits.
  return { field, prefix: `,"${name}":`, isText: type === 'text' }
})

function wireMessage({ subject, key, headers, actor, batch, traceparent, payload }: StoredEntry): string {
  let text = `,"subject":${JSON.stringify(subject)}`
  const others = { key, headers, actor, batch, traceparent }
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) text += `,"${name}":${JSON.stringify(value)}`
  }
  return (
    text +
    (payload.kind === 'json'
      ? `,"payload":${payload.json}`
      : `,"payload_text":${JSON.stringify(payload.text)}`)
  )
}

/** Gives the values of a selected row their types. */
export function readRecord(row: Record<string, unknown>): JobRecord {
  const record = { ...row, sequence: Number(row.sequence), wordRank: Number(row.wordRank) }
  return record as unknown as JobRecord
}

function selected(field: Field): string {
  const [name, type] = columns[field]
  if (type === 'jsonb') return `h.${name}::text as "${field}"`
  if (type !== 'time') return `h.${name} as "${field}"`
  const value = `(extract(epoch from h.${name}) * 1000)::float8`
  return field === 'endedAt'
    ? `case when h.ended_at < 'infinity' then ${value} end as "${field}"`
    : `${value} as "${field}"`
}

function wireType(type: string): string {
  return type === 'time' ? 'float8' : type
}

function cast(field: Field): string {
  const [name, type] = columns[field]
  if (type !== 'time') return `r.${name}`
  const time = `to_timestamp(r.${name} / 1000)`
  return field === 'endedAt' ? `coalesce(${time}, 'infinity') as ${name}` : `${time} as ${name}`
}
