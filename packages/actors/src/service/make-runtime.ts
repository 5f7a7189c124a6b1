import { randomUUID } from 'node:crypto'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { hasLimits } from '../admission/claim.ts'
import { LimitStore } from '../admission/limit-store.ts'
import { Database, type DatabaseDefinition, openDatabase, type SqlDatabase } from '../database/database.ts'
import { systemClock } from '../environment/environment.ts'
import type { LeaseBoard } from '../lease/lease-board.ts'
import { Slots } from '../worker/slots.ts'
import type { WorkerRuntime } from '../worker/worker-runtime.ts'
import type { ServiceDefinition } from './definition.ts'
import type { RunOptions } from './run-options.ts'
import type { ServiceSettings } from './settings.ts'

const needsDefinition =
  'this service was started without a database: export its MikroORM options as "database" from its module, or give them to runServices'

/** What the services of a process share. */
export async function makeRuntime(
  settings: ServiceSettings,
  parts: {
    readonly nats: NatsConnection
    readonly database: SqlDatabase | undefined
    readonly leases: LeaseBoard
    readonly log: Logger
  },
): Promise<WorkerRuntime> {
  const { nats, database, leases, log } = parts
  const withEntities = () => {
    if (database instanceof Database) return database
    throw new Error(needsDefinition)
  }
  return {
    nats,
    js: jetstream(nats),
    jsm: await jetstreamManager(nats),
    log,
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    leases,
    slots: new Slots(settings.maxThreads),
    host: `${settings.host}:${process.pid}`,
    replicas: settings.replicas,
    ackWait: settings.ackWait,
    databaseUrl: settings.databaseUrl,
    limits: () => new LimitStore(withEntities()),
    database: withEntities,
    sql: () => {
      if (database) return database
      throw new Error(needsDefinition)
    },
  }
}

/**
 * Opens the database if a service needs one: with entities, or for statements only.
 *
 * @throws Error with one clear sentence if there is no address, or no server.
 */
export async function openServiceDatabase(
  settings: ServiceSettings,
  options: Pick<RunOptions, 'database' | 'middleware'>,
  definitions: readonly ServiceDefinition[],
): Promise<SqlDatabase | undefined> {
  const { databaseUrl: url, poolSize } = settings
  if (url === undefined || databaseUser(options.database, definitions) === undefined) return undefined
  const reach = { url, poolSize, name: serviceName(definitions) }
  const outbox = options.middleware?.enqueue ? { steps: options.middleware.enqueue } : {}
  const mapped = options.database ?? (definitions.some(usesEntityManager) ? { entities: [] } : undefined)
  if (mapped) return openDatabase(reach, mapped, systemClock, randomUUID, outbox)
  const { openSqlDatabase } = await import('../database/sql-database.ts')
  return openSqlDatabase(reach, systemClock, randomUUID, outbox)
}

/** The name of a process in connections and logs: that of its only service, or of the system. */
export function serviceName(definitions: readonly ServiceDefinition[]): string {
  return definitions.length === 1 ? (definitions[0]?.name ?? 'danbooru-jobs') : 'danbooru-jobs'
}

/** What in a process cannot do without a database: a service by its name, or those that bring a database definition. */
export function databaseUser(
  database: DatabaseDefinition | undefined,
  definitions: readonly ServiceDefinition[],
): string | undefined {
  const one = definitions.find((definition) => usesStatements(definition) || usesEntityManager(definition))
  return one?.name ?? (database && serviceName(definitions))
}

function usesStatements(definition: ServiceDefinition): boolean {
  return definition.kind === 'daemon' && definition.usesDatabase === 'sql'
}

/** Limits are kept with an entity manager, and so is what most daemons keep; neither has entities. */
function usesEntityManager(definition: ServiceDefinition): boolean {
  return (
    (definition.kind === 'daemon' && definition.usesDatabase === true) ||
    (definition.kind === 'worker' && hasLimits(definition.type)) ||
    definition.kind === 'lifecycle'
  )
}
