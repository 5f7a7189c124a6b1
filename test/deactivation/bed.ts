import { randomUUID } from 'node:crypto'
import { type RunningServices, runServices, type ServiceDefinition } from '@danbooru-jobs/actors'
import { booruDatabase, seedBooru, seededAccounts, User } from '@danbooru-jobs/booru'
import { createPublisher, type Publisher, type RequestType } from '@danbooru-jobs/contracts'
import { deactivateUser } from '@danbooru-jobs/contracts/danbooru'
import { natsHeader, streamName } from '@danbooru-jobs/contracts/wire'
import { MikroORM } from '@mikro-orm/postgresql'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, headers, type NatsConnection } from '@nats-io/transport-node'
import { pino } from 'pino'
import type { z } from 'zod'
import {
  freshDatabase,
  startNats,
  type TestDatabase,
  type TestNats,
  type UntilOptions,
  until,
} from '../harness/index.ts'
import { deactivationServices } from './services.ts'

type ReplyOf<Type> = Type extends RequestType<z.ZodType, infer Reply> ? z.output<Reply> : never
/** The answer to a request to deactivate an account. */
export type DeactivationReply = ReplyOf<typeof deactivateUser>

/** Servers, a small booru and every service that a deactivation needs, of a test file's own. */
export interface Bed extends AsyncDisposable {
  readonly nats: TestNats
  readonly database: TestDatabase
  readonly connection: NatsConnection
  readonly publisher: Publisher
  readonly query: TestDatabase['query']
  /** Everything the services have logged. */
  log(): string
  run(definitions?: readonly ServiceDefinition[]): Promise<RunningServices>
  /** Asks with exactly this body, as `nats request` does. */
  ask(body: unknown, messageId?: string): Promise<DeactivationReply>
  /** Resolves when the deactivation of that user has ended. */
  ended(userId: number, options?: UntilOptions): Promise<void>
  /** The messages in a stream under a subject. */
  messages(stream: string, subject: string): Promise<{ subject: string; body: string; headers: string }[]>
}

export async function makeBed(): Promise<Bed> {
  const nats = await startNats()
  const database = await freshDatabase()
  await seedDatabase(database.url)
  const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 })
  const running: RunningServices[] = []
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) })
  return {
    nats,
    database,
    connection,
    publisher: createPublisher(connection),
    query: database.query,
    log: () => lines.join(''),
    async run(definitions = deactivationServices) {
      const settings = { natsUrl: nats.url, databaseUrl: database.url, shutdownGrace: 1_000, ackWait: 2_000 }
      const options = { database: booruDatabase, settings, log, handleSignals: false }
      const services = await runServices(definitions, options)
      running.push(services)
      return services
    },
    ask: (body, messageId) => askRaw(connection, body, messageId),
    ended: (userId, options) => lifecycleEnded(database.query, userId, options),
    messages: (stream, subject) => messagesOf(connection, stream, subject),
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map((services) => services.stop()))
      await connection.close()
      await nats[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Fills a database with the small community of `npm start`. */
export async function seedDatabase(url: string): Promise<void> {
  const orm = await MikroORM.init({ ...booruDatabase, clientUrl: url })
  await seedBooru(orm.em, { now: new Date() })
  // The hash of the same password at the lowest cost.
  await orm.em
    .fork()
    .nativeUpdate(User, { id: { $ne: seededAccounts.DanbooruBot } }, { bcryptPasswordHash: cheapHash })
  await orm.close()
}

const cheapHash = '$2a$04$xJ5lzAxrer.Moccxgb2byOHB.jvr8oupqoHW5lgI3S4rme8TmUbOq'

/** A request exactly as given; text is sent as it is. */
export async function askRaw(
  connection: NatsConnection,
  body: unknown,
  messageId: string = randomUUID(),
): Promise<DeactivationReply> {
  const carried = headers()
  carried.set(natsHeader.msgId, messageId)
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const reply = await connection.request(deactivateUser.subject, text, { timeout: 60_000, headers: carried })
  return reply.json<DeactivationReply>()
}

/** Resolves when the deactivation of that user has ended. */
export async function lifecycleEnded(
  query: TestDatabase['query'],
  userId: number,
  options: UntilOptions = {},
): Promise<void> {
  await until(
    async () => {
      const [row] = await query<{ status: string; state: unknown; snapshot: unknown }>(
        'select status, state, snapshot from jobs.lifecycles where key = $1',
        [String(userId)],
      )
      if (row?.status === 'done') return true
      throw new Error(`it stands at ${JSON.stringify(row)}`)
    },
    { what: `the end of the deactivation of user #${userId}`, ...options },
  )
}

async function messagesOf(connection: NatsConnection, stream: string, subject: string) {
  const manager = await jetstreamManager(connection)
  const { state } = await manager.streams.info(stream, { subjects_filter: subject })
  const found = []
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(stream, { seq })
    if (message && matches(message.subject, subject)) {
      found.push({ subject: message.subject, body: message.string(), headers: String(message.header) })
    }
  }
  return found
}

/** Whether a subject fits a filter that may end in `*` or `>`. */
function matches(subject: string, filter: string): boolean {
  if (filter === '>' || subject === filter) return true
  return filter.endsWith('.*') && subject.startsWith(filter.slice(0, -1))
}

/** Every stream there is. */
export const allStreams = Object.values(streamName)
