import type { OutgoingMessage } from '@danbooru-jobs/contracts/wire'
import type { EntityManager, MikroORM, Options } from '@mikro-orm/postgresql'
import type { Clock, NewId } from '../environment/environment.ts'
import type { EnqueueStep } from '../outbox/enqueue-step.ts'
import { Outbox } from '../outbox/outbox.ts'
import { type RunSql, sqlOfEntityManager } from '../sql/run-sql.ts'
import { reclaimBroken } from './broken-connections.ts'
import { asUnreachable, cannotReach } from './unreachable.ts'

/** What a service says about its database: MikroORM options without the connection. */
export type DatabaseDefinition = Omit<Options, 'clientUrl' | 'dbName'>

/** What is done in one transaction. */
export type TransactionWork<Result> = (em: EntityManager, outbox: Outbox) => Promise<Result>

/** What becomes of what transactions say. */
export interface OutboxOptions {
  /** Steps at every enqueue. */
  readonly steps?: readonly EnqueueStep[]
  /** Takes the messages after the commit instead of the table `jobs.outbox`: for tests, where no relay runs. */
  readonly deliver?: (messages: readonly OutgoingMessage[]) => Promise<void>
}

/** How to reach the database. */
export interface DatabaseSettings {
  readonly url: string
  /** Connections at most; opened when needed. */
  readonly poolSize: number
  /** Shown in `pg_stat_activity`. */
  readonly name: string
}

/** What runs statements, with entities behind it or without. */
export interface SqlDatabase {
  /** Runs one statement outside of a transaction. */
  readonly run: RunSql
  /**
   * Runs the work in one transaction; what it puts into the outbox is written in the same one.
   *
   * @throws DatabaseUnreachableError if there is no connection or it breaks.
   */
  inTransaction<Result>(work: (run: RunSql, outbox: Outbox) => Promise<Result>): Promise<Result>
  isReachable(): Promise<boolean>
  close(): Promise<void>
}

/** The connection of a process to PostgreSQL. */
export class Database implements SqlDatabase {
  readonly orm: MikroORM
  readonly #clock: Clock
  readonly #newId: NewId
  readonly #outbox: OutboxOptions

  constructor(orm: MikroORM, clock: Clock, newId: NewId, outbox: OutboxOptions = {}) {
    this.#outbox = outbox
    this.orm = orm
    this.#clock = clock
    this.#newId = newId
  }

  /**
   * Runs the work in one transaction, with an entity manager of its own. What the work puts into the outbox is written in the
   * same transaction and published by the outbox relay after the commit.
   *
   * @throws DatabaseUnreachableError if there is no connection or it breaks.
   */
  async transaction<Result>(work: TransactionWork<Result>): Promise<Result> {
    const { steps, deliver } = this.#outbox
    const outbox = new Outbox(this.#clock, this.#newId, steps)
    const transacted = this.orm.em.fork().transactional(async (em) => {
      const worked = await work(em, outbox)
      await em.flush()
      if (!deliver) await outbox.flush(sqlOfEntityManager(em))
      return worked
    })
    const result = await transacted.catch(asUnreachable)
    await deliver?.(outbox.take())
    return result
  }

  inTransaction<Result>(work: (run: RunSql, outbox: Outbox) => Promise<Result>): Promise<Result> {
    return this.transaction((em, outbox) => work(sqlOfEntityManager(em), outbox))
  }

  readonly run: RunSql = (sql, values) => sqlOfEntityManager(this.entityManager())(sql, values)

  /** A new entity manager outside of any transaction: each statement is a transaction of its own. */
  entityManager(): EntityManager {
    return this.orm.em.fork()
  }

  async isReachable(): Promise<boolean> {
    try {
      await this.orm.em.fork().execute('select 1')
      return true
    } catch {
      return false
    }
  }

  async close(): Promise<void> {
    await this.orm.close(true)
  }
}

/**
 * Connects to PostgreSQL. MikroORM is loaded here and nowhere before: a service without a database does without its 20 MB.
 *
 * @throws an Error with one clear sentence when the server cannot be reached.
 */
export async function openDatabase(
  settings: DatabaseSettings,
  definition: DatabaseDefinition,
  clock: Clock,
  newId: NewId,
  outbox: OutboxOptions = {},
): Promise<Database> {
  const { MikroORM } = await import('@mikro-orm/postgresql')
  const orm = await MikroORM.init({
    discovery: { warnWhenNoEntities: false },
    ...definition,
    clientUrl: settings.url,
    pool: { min: 0, max: settings.poolSize, ...definition.pool },
    driverOptions: { application_name: settings.name, ...(definition.driverOptions as object) },
  })
  reclaimBroken(await orm.em.getConnection().getNativeClient())
  const database = new Database(orm, clock, newId, outbox)
  try {
    await orm.em.fork().execute('select 1')
  } catch (error) {
    await database.close()
    throw cannotReach(settings.url, error)
  }
  return database
}
