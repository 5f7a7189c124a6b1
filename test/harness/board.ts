import { randomUUID } from 'node:crypto'
import type { JobContext, Outcome, WorkerDefinition } from '@danbooru-jobs/actors'
import { type Database, openDatabase } from '@danbooru-jobs/actors/program'
import { booruDatabase, seedBooru, type UnitOfWork } from '@danbooru-jobs/booru'
import { pino } from 'pino'
import { freshDatabase, type TestDatabase } from './database.ts'

/** How a job run by hand ended. */
export interface Ran {
  readonly outcome: Outcome | undefined
  /** The lines it added to its log. */
  readonly notes: readonly string[]
}

/** What may happen to a job while it runs. */
export interface RunOptions {
  /** The n-th transaction, counted from 1, does all its work and dies before it commits; so does the job. */
  readonly dieInTransaction?: number
  /** Called after each commit with how many there were. */
  readonly onCommit?: (count: number) => unknown
  readonly signal?: AbortSignal
  readonly jobId?: string
}

/** An image board of a test's own, at a time that the test decides, on which operations and jobs' handlers run. */
export interface Board extends AsyncDisposable {
  readonly database: TestDatabase
  readonly query: TestDatabase['query']
  /** The time; a test may change it. */
  now: Date
  /** One operation in one transaction. */
  act<Result>(operation: (work: UnitOfWork) => Promise<Result>): Promise<Result>
  /** A worker's handler, with everything real but the queue. */
  run(definition: WorkerDefinition, options?: RunOptions): Promise<Ran>
  /** What was left to be published, in order. */
  said(): Promise<{ subject: string; body: unknown }[]>
}

/** The death of a process, as far as the database can tell. */
export class Killed extends Error {
  override readonly name = 'Killed'
}

/**
 * @param now the board's time
 * @param seed with the seeded community instead of nothing
 */
export async function makeBoard(now: Date, { seed = false }: { seed?: boolean } = {}): Promise<Board> {
  const database = await freshDatabase()
  const clock = { now: () => board.now }
  const settings = { url: database.url, poolSize: 4, name: 'test' }
  const opened = await openDatabase(settings, booruDatabase, clock, randomUUID)
  if (seed) await seedBooru(opened.read(), { now })
  const board: Board = {
    database,
    query: database.query,
    now,
    act: (operation) => opened.transaction((em, outbox) => operation({ em, outbox, now: board.now })),
    run: (definition, options = {}) => runHandler(opened, () => board.now, definition, options),
    said: async () => {
      const rows = await database.query<{ subject: string; body: string }>(
        'SELECT subject, body FROM jobs.outbox ORDER BY id',
      )
      return rows.map(({ subject, body }) => ({ subject, body: JSON.parse(body) as unknown }))
    },
    async [Symbol.asyncDispose]() {
      await opened.close()
      await database[Symbol.asyncDispose]()
    },
  }
  return board
}

async function runHandler(
  database: Database,
  now: () => Date,
  definition: WorkerDefinition,
  options: RunOptions,
): Promise<Ran> {
  const notes: string[] = []
  let transactions = 0
  const job: JobContext = {
    id: options.jobId ?? randomUUID(),
    type: definition.type.name,
    attempt: 1,
    enqueuedAt: now(),
    actor: undefined,
    trace: {},
    signal: options.signal ?? new AbortController().signal,
    clock: { now },
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    progress: () => undefined,
    note: (line) => notes.push(line),
    once: () => Promise.reject(new Error('not used by these jobs')),
    outsideTransaction: () => database.read(),
    async transaction(work) {
      transactions += 1
      const number = transactions
      const result = await database.transaction(async (em, outbox) => {
        const result = await work(em, outbox)
        if (number === options.dieInTransaction) throw new Killed()
        return result
      })
      await options.onCommit?.(number)
      return result
    },
  }
  return { outcome: await definition.handle({}, job, { settings: {}, resources: {} }), notes }
}
