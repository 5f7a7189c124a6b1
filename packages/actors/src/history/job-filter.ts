import { type JobState, jobStates } from '@danbooru-jobs/contracts'
import { storableText, unfinishedStates } from '@danbooru-jobs/contracts/wire'
import type { Json } from '../outcome/outcome.ts'
import { storableJson } from '../sql/storable.ts'

/** Which jobs to look for. Whatever is given must hold; nothing given means all. */
export interface JobFilter {
  readonly types?: readonly string[]
  readonly states?: readonly JobState[]
  /**
   * Text that the message of the last error contains, in any case. A job that was discarded without a failed attempt has its reason as
   * the error. Three characters or more use an index.
   */
  readonly error?: string
  /** What the payload contains, as `@>` of PostgreSQL: `{ userId: 42 }`. */
  readonly payload?: Json
  readonly batch?: string
  readonly jobIds?: readonly string[]
  /** When the job's newest message was queued: from, inclusive, and before, exclusive. */
  readonly queuedFrom?: Date
  readonly queuedBefore?: Date
  readonly endedFrom?: Date
  readonly endedBefore?: Date
}

/** By what a list is ordered, newest first. `ended` leaves out what has not ended. */
export type JobOrder = 'queued' | 'ended'

/** Where a page ends: the next one begins behind it. */
export interface Cursor {
  /** Microseconds since 1970, as text. */
  readonly time: string
  readonly sequence: string
}

/** A statement with its values marked by `?`. */
export interface Statement {
  readonly sql: string
  readonly values: readonly unknown[]
}

const orders = {
  queued: { column: 'h.queued_at' },
  ended: { column: 'h.ended_at' },
} as const

/**
 * The statement that lists `limit` jobs. A list by type and state is put together from one ordered index scan for each pair, so its
 * cost depends on the page and not on the number of jobs.
 */
export function listStatement(filter: JobFilter, { columns, order, limit, after }: ListShape): Statement {
  const { column } = orders[order]
  const rest = restOf(filter, order, after)
  const branches = branchesOf(filter, order)
  const selects = branches.map((branch) => {
    const all = and([...branch, ...rest])
    const sql = `(select ${columns} from jobs.history h${all.sql} order by ${column} desc, h.sequence desc limit ${limit})`
    return { sql, values: all.values }
  })
  const [only] = selects
  if (only !== undefined && selects.length === 1) return { sql: only.sql.slice(1, -1), values: only.values }
  return {
    sql: `select * from (${selects.map(({ sql }) => sql).join(' union all ')}) h
      order by ${column.replace('h.', 'h.order_')} desc, h.order_sequence desc limit ${limit}`,
    values: selects.flatMap(({ values }) => values),
  }
}

/** What {@link listStatement} is to make; `columns` must name `order_queued_at`, `order_ended_at` and `order_sequence`. */
export interface ListShape {
  readonly columns: string
  readonly order: JobOrder
  readonly limit: number
  readonly after: Cursor | undefined
}

/** Counts what a filter finds, but not beyond `atMost`. */
export function countStatement(filter: JobFilter, atMost: number): Statement {
  const all = and([...plainTypeAndState(filter), ...restOf(filter, 'queued', undefined)])
  return {
    sql: `select count(*)::integer as count from (select 1 from jobs.history h${all.sql} limit ${atMost}) as found`,
    values: all.values,
  }
}

type Condition = Statement

function branchesOf(filter: JobFilter, order: JobOrder): readonly (readonly Condition[])[] {
  const isSearch = filter.error !== undefined || filter.payload !== undefined || filter.jobIds !== undefined
  if (isSearch || filter.batch !== undefined || order === 'ended') return [plainTypeAndState(filter)]
  if (filter.types === undefined && filter.states === undefined) return [[]]
  const types = filter.types ?? [undefined]
  const states = filter.states ?? jobStates
  const pairs = types.flatMap((type) => states.map((state) => ({ type, state })))
  if (pairs.length === 0) return [[{ sql: 'false', values: [] }]]
  return pairs.map(({ type, state }) => [
    ...(type === undefined ? [] : [{ sql: 'h.type = ?', values: [type] }]),
    { sql: 'h.state = ?', values: [state] },
    endedOrNot([state]),
  ])
}

function plainTypeAndState({ types, states }: JobFilter): Condition[] {
  return [
    ...(types === undefined ? [] : [oneOf('h.type', types)]),
    ...(states === undefined ? [] : [oneOf('h.state', states), endedOrNot(states)]),
  ]
}

/** Says what the states imply about the end, so that PostgreSQL leaves out partitions. */
function endedOrNot(states: readonly JobState[]): Condition {
  const open = new Set<JobState>(unfinishedStates)
  if (states.every((state) => open.has(state))) return { sql: "h.ended_at = 'infinity'", values: [] }
  if (states.every((state) => !open.has(state))) return { sql: "h.ended_at < 'infinity'", values: [] }
  return { sql: 'true', values: [] }
}

function restOf(filter: JobFilter, order: JobOrder, after: Cursor | undefined): Condition[] {
  const { error, payload, batch, jobIds } = filter
  const { column } = orders[order]
  const times = [
    ['h.queued_at >= ?', filter.queuedFrom],
    ['h.queued_at < ?', filter.queuedBefore],
    ['h.ended_at >= ?', filter.endedFrom],
    ['h.ended_at < ?', filter.endedBefore],
  ] as const
  return [
    ...(error === undefined
      ? []
      : [{ sql: 'h.error_message ilike ?', values: [`%${escapeLike(storableText(error))}%`] }]),
    ...(payload === undefined ? [] : [{ sql: 'h.payload @> ?::jsonb', values: [storableJson(payload)] }]),
    ...(batch === undefined ? [] : [{ sql: 'h.batch = ?', values: [storableText(batch)] }]),
    ...(jobIds === undefined ? [] : [oneOf('h.job_id', jobIds)]),
    ...times.flatMap(([sql, time]) => (time === undefined ? [] : [{ sql, values: [time.toISOString()] }])),
    ...(filter.endedBefore === undefined && order === 'ended'
      ? [{ sql: "h.ended_at < 'infinity'", values: [] }]
      : []),
    ...(after === undefined
      ? []
      : [
          {
            sql: `(${column}, h.sequence) < (timestamptz 'epoch' + ?::bigint * interval '1 microsecond', ?::bigint)`,
            values: [after.time, after.sequence],
          },
        ]),
  ]
}

function oneOf(column: string, values: readonly string[]): Condition {
  if (values.length === 0) return { sql: 'false', values: [] }
  return { sql: `${column} in (${values.map(() => '?').join(', ')})`, values }
}

function and(conditions: readonly Condition[]): Statement {
  if (conditions.length === 0) return { sql: '', values: [] }
  return {
    sql: ` where ${conditions.map(({ sql }) => sql).join(' and ')}`,
    values: conditions.flatMap(({ values }) => values),
  }
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (found) => `\\${found}`)
}
