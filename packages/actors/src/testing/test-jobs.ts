import { randomUUID } from 'node:crypto'
import {
  createPublisher,
  type Duration,
  type EnqueueResult,
  type JobOptions,
  type JobType,
  milliseconds,
  type OutgoingMessage,
  type PayloadInputOf,
  type Publisher,
  publishMessage,
  streamName,
} from '@danbooru-jobs/contracts'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { type Logger, pino } from 'pino'
import type { Random } from '../clock.ts'
import { JobControl } from '../control/job-control.ts'
import { QueueControl } from '../control/queue-control.ts'
import { type Database, type DatabaseDefinition, openDatabase } from '../database/database.ts'
import { LeaseBoard } from '../lease/lease-board.ts'
import { currentContext, isInContext } from '../middleware/current-context.ts'
import { layered, type ServiceMiddleware } from '../middleware/perform.ts'
import { judgeReply } from '../outbox/judge-reply.ts'
import { provisionStreams } from '../provision/provision.ts'
import { provisionFor, type RunningService, startService } from '../service/actors.ts'
import type { ServiceDefinition } from '../service/definition.ts'
import { packageVersion } from '../service/version.ts'
import { isTracing } from '../tracing/spans.ts'
import { traceAttempt } from '../tracing/steps.ts'
import type { JobRun } from '../worker/job-run.ts'
import type { Runtime } from '../worker/runtime.ts'
import { Slots } from '../worker/slots.ts'
import {
  assertEnqueued,
  assertNoEnqueued,
  type EnqueuedJob,
  type Expected,
  enqueuedJobs,
} from './enqueued.ts'
import { FrozenClock } from './frozen-clock.ts'
import { type EndState, type JobRecord, JobRecords } from './job-records.ts'
import { MemoryConnection } from './memory/memory-connection.ts'
import { MemoryServer } from './memory/memory-server.ts'
import { textOf } from './memory/packet.ts'

/** How the kit behaves; everything has a default. */
export interface TestJobsOptions {
  /**
   * `manual` (default): jobs stay in the queue until `performEnqueuedJobs`. `inline`: an enqueue outside of a job resolves when the job, and
   * all that is ready because of it, has had its attempt.
   */
  readonly mode?: 'manual' | 'inline'
  /** The time at which the clock stands. Default 2026-01-01T00:00:00Z. */
  readonly now?: Date
  /** A PostgreSQL that handlers use. What a transaction puts into the outbox is delivered right after its commit. */
  readonly database?: DatabaseDefinition & { readonly url: string }
  readonly middleware?: ServiceMiddleware
  /** Default: says nothing. */
  readonly log?: Logger
  /** Chance in back-offs. Default: always 0.5. */
  readonly random?: Random
  /** How many jobs run at once. Default 10. */
  readonly maxThreads?: number
}

/** A job as tests ask about it. */
export interface TestedJob extends Omit<JobRecord, 'end'> {
  readonly state: EnqueuedJob['state'] | EndState
}

/** An event that was emitted. */
export interface EmittedEvent {
  readonly subject: string
  readonly payload: unknown
}

/**
 * Job types, lifecycles and responders without NATS: a server in memory and a clock that stands still, under the worker's own code.
 * Made with {@link startTestJobs}.
 */
export class TestJobs implements AsyncDisposable {
  readonly clock: FrozenClock
  readonly publisher: Publisher
  /** What operators can do to jobs: cancel, run now, remove. */
  readonly control: JobControl
  /** What operators can do to queues: pause, resume, purge. */
  readonly queues: QueueControl
  readonly #server: MemoryServer
  readonly #options: TestJobsOptions
  readonly #definitions: readonly ServiceDefinition[]
  readonly #records: JobRecords
  /** A client's connection to the server in memory: subscribe to what the services say, publish what others would. */
  readonly connection: MemoryConnection
  readonly #database: Database | undefined
  #workers:
    | { readonly connection: MemoryConnection; readonly services: readonly RunningService[] }
    | undefined
  #open: (type: string) => boolean

  constructor(made: Made, open: Gate) {
    const { server, connection, definitions, options } = made
    this.clock = made.clock
    this.#server = server
    this.connection = connection
    this.#definitions = definitions
    this.#options = options
    this.#database = made.database
    this.#records = new JobRecords(connection)
    this.#open = open.isOpen
    open.isOpen = (type) => this.#open(type)
    this.publisher = createPublisher(connection, {
      now: () => this.clock.now(),
      context: currentContext,
    })
    const { js, jsm } = made
    this.control = new JobControl(connection, js, jsm, this.clock)
    this.queues = new QueueControl(connection, jsm, this.clock)
  }

  /** Enqueues a job as a publisher does. In inline mode it has run, once, when this resolves. */
  async enqueue<Type extends JobType>(
    type: Type,
    payload: PayloadInputOf<Type>,
    options?: JobOptions,
  ): Promise<EnqueueResult> {
    const result = await this.publisher.enqueue(type, payload, options)
    if (this.#options.mode === 'inline' && !isInContext()) await this.#untilQuiet()
    return result
  }

  /** Enqueues a job, gives it one attempt whatever the mode, and says how it stands. */
  async perform<Type extends JobType>(
    type: Type,
    payload: PayloadInputOf<Type>,
    options?: JobOptions,
  ): Promise<TestedJob> {
    const result = await this.publisher.enqueue(type, payload, options)
    if (result.status === 'already-queued') throw new Error(`${type.name} ${result.key} is queued already`)
    await this.performEnqueuedJobs({ only: [type] })
    const job = this.job(result.id)
    if (!job) throw new Error(`${type.name} ${result.id} left no trace`)
    return job
  }

  /**
   * Runs what is ready, and what becomes ready by it, until nothing is. Jobs that are delayed or wait for a retry stay: see `advance`.
   *
   * @returns how many attempts were made.
   */
  async performEnqueuedJobs({ only }: { readonly only?: readonly JobType[] } = {}): Promise<number> {
    const before = this.#sent()
    const closed = this.#open
    const names = only && new Set(only.map((type) => type.name))
    this.#open = (type) => names === undefined || names.has(type)
    try {
      this.#server.wake()
      await this.#untilQuiet()
    } finally {
      this.#open = closed
    }
    return this.#sent() - before
  }

  /**
   * Lets time pass: delayed jobs become ready, retries come back, time limits run out, in their order. In manual mode what is ready then
   * still waits for `performEnqueuedJobs`.
   */
  async advance(duration: Duration): Promise<void> {
    const target = this.clock.now().getTime() + milliseconds(duration)
    const before = new Set(this.#running())
    for (;;) {
      const next = Math.min(this.#server.nextDue() ?? target, this.#nextLimit() ?? target, target)
      this.clock.moveTo(next)
      this.#server.heartbeat()
      this.#server.wake()
      await turn()
      for (const service of this.#workers?.services ?? []) service.tick()
      await this.#untilQuiet(before, patience)
      if (next === target) return
    }
  }

  /** Everything in the queue, of one type or of all. */
  enqueued(type?: JobType): readonly EnqueuedJob[] {
    return enqueuedJobs(this.#server).filter((job) => type === undefined || job.type === type.name)
  }

  /** @throws AssertionError unless such a job is in the queue. */
  assertEnqueued<Type extends JobType>(
    type: Type,
    payload?: PayloadInputOf<Type>,
    expected?: Expected,
  ): void {
    assertEnqueued(this.enqueued(), this.clock.now(), type, payload, expected)
  }

  /** @throws AssertionError if a job (of that type) is in the queue. */
  assertNoEnqueued(type?: JobType): void {
    assertNoEnqueued(this.enqueued(), type)
  }

  /** How a job stands, or how it ended. */
  job(id: string): TestedJob | undefined {
    const record = this.#records.get(id)
    const live = this.enqueued().find((job) => job.id === id)
    if (!record && !live) return undefined
    const { end, ...known } = record ?? { ...nothingKnown, id, type: live?.type ?? '' }
    return { ...known, state: live?.state ?? end ?? 'done' }
  }

  /** What the job log says about a job, without regard to where it is now. */
  record(id: string): JobRecord | undefined {
    return this.#records.get(id)
  }

  /** The events emitted so far. */
  events(): readonly EmittedEvent[] {
    const stream = this.#server.streams.get(streamName.events)
    const stored = stream ? [...stream.matching(['>'])] : []
    return stored.map(({ subject, data }) => ({ subject, payload: JSON.parse(textOf(data)) }))
  }

  /** Takes the workers down without a word, as `kill -9` does, and starts them anew. Their jobs come back after `ack_wait`, 20 seconds. */
  async crash(): Promise<void> {
    await this.#workers?.connection.close()
    await this.start()
  }

  /** Stops the services as a SIGTERM with no grace does, and starts them anew: running jobs are put back and count no attempt. */
  async restart(): Promise<void> {
    const services = this.#workers?.services ?? []
    const workers = services.flatMap(({ worker }) => worker ?? [])
    await Promise.all(services.map((service) => service.quiesce()))
    for (const one of workers) one.interrupt()
    for (let turns = 0; turns < patience && this.#running().length > 0; turns++) await turn()
    for (const one of workers) one.abandonAll()
    await Promise.all(services.map((service) => service.idle()))
    await this.#workers?.connection.drain()
    await this.start()
  }

  /** Starts the services; `startTestJobs` does it. */
  async start(): Promise<void> {
    const connection = new MemoryConnection(this.#server)
    const runtime = await this.#runtime(connection)
    await provisionStreams(runtime.jsm)
    const services: RunningService[] = []
    for (const definition of this.#definitions) {
      await provisionFor(runtime, definition)
      const running =
        definition.kind === 'worker'
          ? layered(definition, [
              ...(isTracing() ? [traceAttempt] : []),
              ...(this.#options.middleware?.perform ?? []),
            ])
          : definition
      services.push(await startService(runtime, running, packageVersion))
    }
    this.#workers = { connection, services }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workers?.connection.close()
    await this.connection.close()
    await this.#database?.close()
  }

  #running(): JobRun[] {
    return (this.#workers?.services ?? []).flatMap(({ worker }) => [...(worker?.running ?? [])])
  }

  #sent(): number {
    const consumers = this.#server.consumers.get(streamName.jobs)?.values() ?? []
    return [...consumers].reduce((sum, consumer) => sum + consumer.sent, 0)
  }

  /** When, later than now, a running job must be told to stop or be given up. */
  #nextLimit(): number | undefined {
    const now = this.clock.now().getTime()
    const times = this.#running()
      .map(({ startedAt, abortedAt, definition }) =>
        abortedAt === undefined ? startedAt + definition.type.delivery.timeLimit + 1 : abortedAt + 10_001,
      )
      .filter((at) => at > now)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** Resolves when nothing is on its way and no job runs but those of `except` that nobody has aborted. */
  async #untilQuiet(
    except: ReadonlySet<JobRun> = new Set(),
    mostTurns = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    for (let turns = 0, quiet = 0; quiet < 3 && turns < mostTurns; turns++) {
      await (turns < 100 ? turn() : pause())
      const allowed = this.#running().filter((run) => except.has(run) && run.abortedAt === undefined).length
      quiet = this.#server.isTurning || this.#server.out > allowed ? 0 : quiet + 1
    }
  }

  async #runtime(connection: MemoryConnection): Promise<Runtime> {
    const { log, random, maxThreads } = this.#options
    return {
      nats: connection,
      js: jetstream(connection),
      jsm: await jetstreamManager(connection),
      log: log ?? pino({ level: 'silent' }),
      clock: this.clock,
      random: random ?? (() => 0.5),
      newId: randomUUID,
      leases: new LeaseBoard(undefined, 256),
      slots: new Slots(maxThreads ?? 10),
      host: 'test',
      replicas: 1,
      ackWait: 20_000,
      databaseUrl: this.#options.database?.url,
      database: () => {
        if (this.#database) return this.#database
        throw new Error(
          'the handler uses the database: give startTestJobs one, { database: { url, entities } }',
        )
      },
    }
  }
}

/** How many turns of the event loop a step through time waits for handlers that it has started: those that wait for time need it to go on. */
const patience = 300

interface Made {
  readonly clock: FrozenClock
  readonly server: MemoryServer
  readonly connection: MemoryConnection
  readonly js: ReturnType<typeof jetstream>
  readonly jsm: Awaited<ReturnType<typeof jetstreamManager>>
  readonly definitions: readonly ServiceDefinition[]
  readonly options: TestJobsOptions
  readonly database: Database | undefined
}

interface Gate {
  isOpen: (type: string) => boolean
}

const nothingKnown: Omit<JobRecord, 'id' | 'type'> = {
  streamSequence: 0,
  end: undefined,
  reason: undefined,
  result: undefined,
  progress: undefined,
  lines: [],
  errors: [],
}

/** Starts services in memory. Use with `await using`. */
export async function startTestJobs(
  definitions: readonly ServiceDefinition[],
  options: TestJobsOptions = {},
): Promise<TestJobs> {
  const clock = new FrozenClock(options.now ?? new Date('2026-01-01T00:00:00Z'))
  const gate: Gate = { isOpen: () => options.mode === 'inline' }
  const jobTypes = new Set(definitions.flatMap((one) => (one.kind === 'worker' ? [one.name] : [])))
  const server = new MemoryServer(clock, (consumer) => !jobTypes.has(consumer) || gate.isOpen(consumer))
  const connection = new MemoryConnection(server)
  const database = await databaseFor(options, clock, connection)
  const js = jetstream(connection)
  const jsm = await jetstreamManager(connection)
  const jobs = new TestJobs({ clock, server, connection, js, jsm, definitions, options, database }, gate)
  await jobs.start()
  return jobs
}

async function databaseFor(
  options: TestJobsOptions,
  clock: FrozenClock,
  connection: MemoryConnection,
): Promise<Database | undefined> {
  if (!options.database) return undefined
  const { url, ...definition } = options.database
  const deliver = async (messages: readonly OutgoingMessage[]) => {
    for (const message of messages) await deliverOne(connection, message)
  }
  const steps = options.middleware?.enqueue
  return openDatabase({ url, poolSize: 5, name: 'test' }, definition, clock, randomUUID, {
    ...(steps && { steps }),
    deliver,
  })
}

/** As the outbox relay does: a job whose key is queued already is what its publisher wanted. */
async function deliverOne(connection: MemoryConnection, message: OutgoingMessage): Promise<void> {
  const reply = await publishMessage(connection, message, 1_000)
  const judged = judgeReply(reply)
  if (judged.kind !== 'stored') throw new Error(`${message.subject} cannot be delivered`, { cause: judged })
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A handler that waits for a database or a disk is not asked about in a hot loop. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}
