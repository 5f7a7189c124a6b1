import type { BinaryRows } from './binary-rows.ts'
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
  enqueuedAt: ['enqueued_at', 'timestamptz'],
  queuedAt: ['queued_at', 'timestamptz'],
  scheduledFor: ['scheduled_for', 'timestamptz'],
  retryAt: ['retry_at', 'timestamptz'],
  startedAt: ['started_at', 'timestamptz'],
  startedAttempt: ['started_attempt', 'integer'],
  endedAt: ['ended_at', 'timestamptz'],
  waitMs: ['wait_ms', 'double precision'],
  durationMs: ['duration_ms', 'double precision'],
  errorName: ['error_name', 'text'],
  errorMessage: ['error_message', 'text'],
  errorCode: ['error_code', 'text'],
  errorAttempt: ['error_attempt', 'integer'],
  reason: ['reason', 'text'],
  reportedAttempt: ['reported_attempt', 'integer'],
  host: ['host', 'text'],
  result: ['result', 'jsonb'],
  progress: ['progress', 'jsonb'],
  progressAt: ['progress_at', 'timestamptz'],
  wordRank: ['word_rank', 'bigint'],
  wordAt: ['word_at', 'timestamptz'],
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

/** The record's columns, and those of its message. */
export const recordColumns: readonly string[] = fields.map((field) => columns[field][0])
export const keptColumns: readonly string[] = messageColumns.map(([name]) => name)

/** Every column of a new row, in the order in which {@link addRow} writes it. */
export const insertedColumns = [...recordColumns, ...keptColumns, 'lines'].join(', ')

/** What {@link addChange} writes: how a row changes, which message it is about so far, and what is to become of it. */
export const changeColumns = [
  'how smallint not null',
  'from_sequence bigint not null',
  ...fields.map((field) => columns[field].join(' ')),
  ...messageColumns.map((column) => column.join(' ')),
  'lines text[]',
].join(', ')

/** Reads a record with the alias `h`; for {@link readRecord}. */
export const recordSelection = fields.map(selected).join(', ')

/** Assignments from `c` for an update in place. */
export const assignments = recordColumns
  .filter((name) => name !== 'job_id' && name !== 'sequence')
  .map((name) => `${name} = c.${name}`)
  .join(', ')

const rowLength = fields.length + messageColumns.length + 1

/** Adds a job that the history does not have yet. */
export function addRow(rows: BinaryRows, job: JobChange): void {
  rows.begin(rowLength)
  addValues(rows, job)
}

/**
 * Adds what is to become of a row that is there, for a table of {@link changeColumns}.
 *
 * @param fromSequence the message that the row is about so far
 * @param how for the statements that carry it out
 */
export function addChange(rows: BinaryRows, fromSequence: number, job: JobChange, how: number): void {
  rows.begin(2 + rowLength)
  rows.smallint(how)
  rows.bigint(fromSequence)
  addValues(rows, job)
}

function addValues(rows: BinaryRows, { after, stored, lines }: JobChange): void {
  for (const field of fields) {
    if (field === 'endedAt' && after.endedAt === null) rows.infinity()
    else addValue(rows, columns[field][1], after[field])
  }
  if (stored === undefined) for (const _ of messageColumns) rows.none()
  else addMessage(rows, stored)
  rows.texts(lines.slice(-keptLines))
}

type ColumnType = (typeof columns)[Field][1]

function addValue(rows: BinaryRows, type: ColumnType, value: string | number | null): void {
  if (value === null) rows.none()
  else if (typeof value === 'string') addText(rows, type, value)
  else addNumber(rows, type, value)
}

function addText(rows: BinaryRows, type: ColumnType, value: string): void {
  if (type === 'jsonb') rows.jsonb(value)
  else rows.text(value)
}

function addNumber(rows: BinaryRows, type: ColumnType, value: number): void {
  switch (type) {
    case 'integer':
      rows.integer(value)
      break
    case 'bigint':
      rows.bigint(value)
      break
    case 'timestamptz':
      rows.time(value)
      break
    case 'double precision':
      rows.double(value)
      break
    case 'text':
    case 'jsonb':
      throw new TypeError(`${type} from a number`)
    default:
      throw new TypeError(`${type satisfies never}`)
  }
}

/** In the order of {@link messageColumns}. */
function addMessage(rows: BinaryRows, stored: StoredEntry): void {
  const { subject, key, payload, headers, actor, batch, traceparent } = stored
  rows.text(subject)
  rows.text(key ?? null)
  rows.jsonb(payload.kind === 'json' ? payload.json : null)
  rows.text(payload.kind === 'text' ? payload.text : null)
  rows.jsonb(headers === undefined ? null : JSON.stringify(headers))
  rows.text(actor ?? null)
  rows.text(batch ?? null)
  rows.text(traceparent ?? null)
}

const times = fields.filter((field) => columns[field][1] === 'timestamptz')

/** Gives the values of a selected row their types; changes the row. */
export function readRecord(row: Record<string, unknown>): JobRecord {
  for (const field of times) row[field] = milliseconds(row[field])
  row.sequence = Number(row.sequence)
  row.wordRank = Number(row.wordRank)
  return row as unknown as JobRecord
}

/** Of seconds as PostgreSQL gives them, exact to the microsecond. */
function milliseconds(seconds: unknown): number | null {
  return typeof seconds === 'number' ? Math.round(seconds * 1e6) / 1_000 : null
}

/** Times as seconds, for `extract` would make decimal numbers of them, which cost more than all else. */
function selected(field: Field): string {
  const [name, type] = columns[field]
  if (type === 'jsonb') return `h.${name}::text as "${field}"`
  if (type !== 'timestamptz') return `h.${name} as "${field}"`
  const seconds = `date_part('epoch', h.${name})`
  return field === 'endedAt'
    ? `case when h.ended_at < 'infinity' then ${seconds} end as "${field}"`
    : `${seconds} as "${field}"`
}
