import type { StoredEntry } from '../read/log-entry.ts'
import type { JobRecord } from '../reduce/job-record.ts'
import type { JobChange } from '../reduce/reduce.ts'
import type { BinaryRows } from './binary-rows.ts'

/** How many log lines of a job are kept. */
export const keptLines = 200

/** Columns of `jobs.history` that a record holds, with their types; times are written and read as milliseconds. */
const recordTypes = {
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
  eventRank: ['word_rank', 'bigint'],
  eventAt: ['word_at', 'timestamptz'],
} as const satisfies Record<keyof JobRecord, readonly [name: string, type: string]>

type Field = keyof typeof recordTypes
type ColumnType = (typeof recordTypes)[Field][1] | 'text[]'
type Value = string | number | readonly string[] | null
const fields = Object.keys(recordTypes) as Field[]

/** A column of `jobs.history`, and its value for a changed job. The end of an unfinished job is infinite. */
interface Column {
  readonly name: string
  readonly type: ColumnType
  value(job: JobChange): Value
}

const ofRecord = fields.map((field): Column => {
  const [name, type] = recordTypes[field]
  if (field === 'endedAt')
    return { name, type, value: ({ after }) => after.endedAt ?? Number.POSITIVE_INFINITY }
  return { name, type, value: ({ after }) => after[field] }
})

/** Written with a new message, and never changed. */
const ofMessage: readonly Column[] = [
  message('subject', 'text', ({ subject }) => subject),
  message('key', 'text', ({ key }) => key),
  message('payload', 'jsonb', ({ payload }) => (payload.kind === 'json' ? payload.json : undefined)),
  message('payload_text', 'text', ({ payload }) => (payload.kind === 'text' ? payload.text : undefined)),
  message('headers', 'jsonb', ({ headers }) => headers && JSON.stringify(headers)),
  message('actor', 'text', ({ actor }) => actor),
  message('batch', 'text', ({ batch }) => batch),
  message('traceparent', 'text', ({ traceparent }) => traceparent),
]

const lines: Column = {
  name: 'lines',
  type: 'text[]',
  value: (job) => (job.lines.length === 0 ? null : job.lines.slice(-keptLines)),
}

const columns = [...ofRecord, ...ofMessage, lines]

/** The record's columns, those of its message, and all. */
export const recordColumns = namesOf(ofRecord)
export const keptColumns = namesOf(ofMessage)
export const allColumns = namesOf(columns)

/** The columns with their types, for a table of changes. */
export const columnTypes = columns.map(({ name, type }) => `${name} ${type}`).join(', ')

/** Assignments from `c` for an update in place. */
export const assignments = recordColumns
  .filter((name) => name !== 'job_id' && name !== 'sequence')
  .map((name) => `${name} = c.${name}`)
  .join(', ')

/** Reads a record with the alias `h`; for {@link readRecord}. */
export const recordSelection = fields.map(selected).join(', ')

function namesOf(some: readonly Column[]): readonly string[] {
  return some.map(({ name }) => name)
}

/** Adds the values of all columns to the row that was begun. */
export function addValues(rows: BinaryRows, job: JobChange): void {
  for (const column of columns) addValue(rows, column.type, column.value(job))
}

function message(name: string, type: ColumnType, read: (stored: StoredEntry) => string | undefined): Column {
  return { name, type, value: ({ stored }) => (stored && read(stored)) ?? null }
}

function addValue(rows: BinaryRows, type: ColumnType, value: Value): void {
  if (value === null) rows.none()
  else if (typeof value === 'number') addNumber(rows, type, value)
  else if (typeof value !== 'string') rows.texts(value)
  else if (type === 'jsonb') rows.jsonb(value)
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
    case 'text[]':
      throw new TypeError(`${type} from a number`)
    default:
      throw new TypeError(`${type satisfies never}`)
  }
}

const times = fields.filter((field) => recordTypes[field][1] === 'timestamptz')

/** Gives the values of a selected row their types; changes the row. */
export function readRecord(row: Record<string, unknown>): JobRecord {
  for (const field of times) row[field] = milliseconds(row[field])
  row.sequence = Number(row.sequence)
  row.eventRank = Number(row.eventRank)
  return row as unknown as JobRecord
}

/** From seconds as PostgreSQL gives them, exact to the microsecond. */
function milliseconds(seconds: unknown): number | null {
  return typeof seconds === 'number' ? Math.round(seconds * 1e6) / 1_000 : null
}

/** Times as seconds by `date_part`: `extract` would return decimal numbers, which cost more than everything else. */
function selected(field: Field): string {
  const [name, type] = recordTypes[field]
  if (type === 'jsonb') return `h.${name}::text as "${field}"`
  if (type !== 'timestamptz') return `h.${name} as "${field}"`
  const seconds = `date_part('epoch', h.${name})`
  return field === 'endedAt'
    ? `case when h.ended_at < 'infinity' then ${seconds} end as "${field}"`
    : `${seconds} as "${field}"`
}
