import { randomUUID } from 'node:crypto'
import { connectNats, type Database, openDatabase, systemClock } from '@danbooru-jobs/actors/program'
import { createPublisher, type Publisher } from '@danbooru-jobs/contracts'
import type { NatsConnection } from '@nats-io/transport-node'
import { ExpectedError } from '../expected-error.ts'
import { checkDatabase, checkNats } from '../reachable.ts'
import { databaseAddress, natsAddress } from './addresses.ts'

/**
 * Works with a connection to NATS and closes it.
 *
 * @throws {ExpectedError} when there is no server, or none that is new enough
 */
export async function withNats<Result>(work: (nats: NatsConnection) => Promise<Result>): Promise<Result> {
  const url = await natsAddress()
  await checkNats(url)
  const nats = await connectNats({ url, name: 'danbooru-jobs command line' })
  try {
    return await work(nats)
  } finally {
    await nats.close()
  }
}

/**
 * Works with a publisher and closes its connection.
 *
 * @throws {ExpectedError} when there is no server, or none that is new enough
 */
export function withPublisher<Result>(work: (publisher: Publisher) => Promise<Result>): Promise<Result> {
  return withNats((nats) => work(createPublisher(nats, { timeout: '10s' })))
}

/** Commands query in SQL; without the image board's entities a command takes a fifth less time. */
const withoutEntities = { entities: [], forceUtcTimezone: true, ensureDatabase: false }

/**
 * Works with the database and closes the connection.
 *
 * @throws {ExpectedError} when there is no database, or one that was never migrated
 */
export async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const url = await databaseAddress()
  await checkDatabase(url)
  const settings = { url, poolSize: 2, name: 'danbooru-jobs command line' }
  const database = await openDatabase(settings, withoutEntities, systemClock, randomUUID)
  try {
    await requireTables(database)
    return await work(database)
  } finally {
    await database.close()
  }
}

/** @throws {ExpectedError} when the database was never migrated */
export async function requireTables(database: Pick<Database, 'entityManager'>): Promise<void> {
  const [row] = await database
    .entityManager()
    .execute<{ there: boolean }[]>("select to_regclass('jobs.outbox') is not null as there")
  if (row?.there !== true) {
    throw new ExpectedError('The database has no tables of danbooru-jobs: run "danbooru-jobs migrate" first.')
  }
}
