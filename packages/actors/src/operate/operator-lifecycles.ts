import { type LifecycleReference, lifecycleMessage, subjectToken } from '@danbooru-jobs/contracts/wire'
import type { RunSql } from '../sql/run-sql.ts'
import { Audit } from './audit.ts'
import type { OperatorConnections } from './connections.ts'
import { UnknownLifecycleError } from './errors.ts'

/** A lifecycle as its row says. */
export interface LifecycleOverview {
  readonly machine: string
  /** As a subject token: a key with other characters than letters, digits, `_` and `-` is a digest. */
  readonly key: string
  /** The statechart's state value: a name, or an object of names. */
  readonly state: unknown
  readonly status: string
  readonly tags: readonly string[]
  /** How many messages it took. */
  readonly version: number
  /** It waits for an operator's retry. */
  readonly isStalled: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly endedAt: Date | null
}

/** A message that a lifecycle took. */
export interface LifecycleStep {
  readonly version: number
  readonly event: unknown
  /** The state after it. */
  readonly state: unknown
  readonly receivedAt: Date
  readonly messageId: string
}

/** Which lifecycles to list; what is given must hold. */
export interface LifecycleFilter {
  readonly machine?: string
  /** Only those that wait for an operator's retry. */
  readonly isStalled?: boolean
  /** Default 50. */
  readonly limit?: number
}

/** What became of a request to let a stalled lifecycle continue. */
export type LifecycleRetryResult =
  /** The message `retry` is on its way through the outbox. */
  { readonly kind: 'sent' } | { readonly kind: 'not-stalled'; readonly state: unknown }

/** The tag of states that wait for the message `retry`. */
const stalledTag = 'stalled'

const columns = `machine, key, state, status, tags, version, '${stalledTag}' = any (tags) as "isStalled",
  created_at as "createdAt", updated_at as "updatedAt", ended_at as "endedAt"`

type LifecycleConnections = Pick<OperatorConnections, 'database' | 'clock' | 'by'>

/** The lifecycles of all machines. Only the database is needed. */
export class OperatorLifecycles {
  readonly #connections: LifecycleConnections
  readonly #audit: Audit

  constructor(connections: LifecycleConnections) {
    this.#connections = connections
    this.#audit = new Audit(connections)
  }

  /** Lifecycles, the one that took the latest message first. */
  async list({ machine, isStalled = false, limit = 50 }: LifecycleFilter = {}): Promise<LifecycleOverview[]> {
    const rows = await this.#run<LifecycleOverview>(
      `select ${columns} from jobs.lifecycles
        where (?::text is null or machine = ?) and (not ? or '${stalledTag}' = any (tags))
        order by updated_at desc, machine, key limit ?`,
      [machine ?? null, machine ?? null, isStalled, limit],
    )
    return rows.map(withDates)
  }

  /** @throws UnknownLifecycleError */
  async show(lifecycle: LifecycleReference): Promise<LifecycleOverview> {
    return rowOf(this.#run, lifecycle, '')
  }

  /**
   * Every message that a lifecycle took, the first one first.
   *
   * @throws UnknownLifecycleError
   */
  async course(lifecycle: LifecycleReference): Promise<LifecycleStep[]> {
    const { machine, key } = await this.show(lifecycle)
    const rows = await this.#run<LifecycleStep>(
      `select version, event, state, received_at as "receivedAt", message_id as "messageId"
         from jobs.lifecycle_messages where machine = ? and key = ? order by version`,
      [machine, key],
    )
    return rows.map((row) => ({ ...row, receivedAt: new Date(row.receivedAt) }))
  }

  /**
   * Lets a stalled lifecycle continue. The message and the audit record are written in one transaction; of two operators at once one
   * sends it.
   *
   * @throws UnknownLifecycleError
   */
  retry(lifecycle: LifecycleReference): Promise<LifecycleRetryResult> {
    const { machine, key } = lifecycle
    return this.#connections.database.inTransaction(async (run, outbox) => {
      const { isStalled, state, version } = await rowOf(run, lifecycle, 'for update')
      if (!isStalled) return { kind: 'not-stalled', state }
      const id = `retry:${machine}:${subjectToken(key)}:${version}`
      outbox.send(lifecycleMessage(lifecycle, { type: 'retry' }, { id }))
      await this.#audit.record(run, 'lifecycle.retry', { machine, key })
      return { kind: 'sent' }
    })
  }

  get #run(): RunSql {
    return this.#connections.database.run
  }
}

async function rowOf(run: RunSql, lifecycle: LifecycleReference, lock: '' | 'for update') {
  const { machine, key } = lifecycle
  const [row] = await run<LifecycleOverview>(
    `select ${columns} from jobs.lifecycles where machine = ? and key = ? ${lock}`,
    [machine, subjectToken(key)],
  )
  if (row === undefined) throw new UnknownLifecycleError(lifecycle)
  return withDates(row)
}

/** Drivers differ in whether they give times as dates or as text. */
function withDates(row: LifecycleOverview): LifecycleOverview {
  const { createdAt, updatedAt, endedAt } = row
  return {
    ...row,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    endedAt: endedAt && new Date(endedAt),
  }
}
