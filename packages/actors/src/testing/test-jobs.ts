import {
  createPublisher,
  type Duration,
  type EnqueueResult,
  type JobOptions,
  type JobType,
  type PayloadInputOf,
  type Publisher,
} from '@danbooru-jobs/contracts'
import { milliseconds, streamName } from '@danbooru-jobs/contracts/wire'
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { Database } from '../database/database.ts'
import { JobControl } from '../operate/job-control.ts'
import { QueueControl } from '../operate/queue-control.ts'
import { currentContext, isInContext } from '../tracing/current-context.ts'
import type { JobRun } from '../worker/job-run.ts'
import {
  assertEnqueued,
  assertNoEnqueued,
  type EnqueuedJob,
  type Expected,
  enqueuedJobs,
} from './enqueued.ts'
import type { FrozenClock } from './frozen-clock.ts'
import { type EndState, type JobRecord, JobRecords, newRecord } from './job-records.ts'
import type { MemoryConnection } from './memory/memory-connection.ts'
import type { MemoryServer } from './memory/memory-server.ts'
import { textOf } from './memory/packet.ts'
import type { TestJobsOptions } from './options.ts'
import type { TestedServices } from './tested-services.ts'
import { shortPause, turn } from './turn.ts'

/** A job as tests ask about it. */
export interface TestedJob extends Omit<JobRecord, 'end'> {
  readonly state: EnqueuedJob['state'] | EndState
}

/** An event that was emitted. */
export interface EmittedEvent {
  readonly subject: string
  readonly payload: unknown
}

/** What the kit is put together from, by `startTestJobs`. */
export interface TestParts {
  readonly clock: FrozenClock
  readonly server: MemoryServer
  readonly connection: MemoryConnection
  readonly services: TestedServices
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly options: TestJobsOptions
  readonly database: Database | undefined
  readonly gate: Gate
}

/** Decides whether jobs of a type may go out to their worker. */
export interface Gate {
  isOpen: (type: string) => boolean
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
  /** A client's connection to the server in memory: subscribe to what the services say, publish what others would. */
  readonly connection: MemoryConnection
  readonly #server: MemoryServer
  readonly #mode: TestJobsOptions['mode']
  readonly #services: TestedServices
  readonly #records: JobRecords
  readonly #database: Database | undefined
  #open: Gate['isOpen']

  constructor(parts: TestParts) {
    const { clock, server, connection, js, jsm, gate } = parts
    this.clock = clock
    this.connection = connection
    this.#server = server
    this.#mode = parts.options.mode
    this.#services = parts.services
    this.#database = parts.database
    this.#records = new JobRecords(connection)
    this.#open = gate.isOpen
    gate.isOpen = (type) => this.#open(type)
    this.publisher = createPublisher(connection, { now: () => clock.now(), context: currentContext })
    this.control = new JobControl(connection, js, jsm, clock)
    this.queues = new QueueControl(connection, jsm, clock)
  }

  /** Enqueues a job as a publisher does. In inline mode it has run, once, when this resolves. */
  async enqueue<Type extends JobType>(
    type: Type,
    payload: PayloadInputOf<Type>,
    options?: JobOptions,
  ): Promise<EnqueueResult> {
    const result = await this.publisher.enqueue(type, payload, options)
    if (this.#mode === 'inline' && !isInContext()) await this.#untilQuiet()
    return result
  }

  /** Enqueues a job, gives it one attempt whatever the mode, and returns its state. */
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
    const before = new Set(this.#services.running())
    for (;;) {
      const next = Math.min(this.#server.nextDue() ?? target, this.#services.nextLimit() ?? target, target)
      this.clock.moveTo(next)
      this.#server.heartbeat()
      this.#server.wake()
      await turn()
      this.#services.tick()
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

  /** The state of a job. */
  job(id: string): TestedJob | undefined {
    const record = this.#records.get(id)
    const live = this.enqueued().find((job) => job.id === id)
    if (!record && !live) return undefined
    const { end, ...known } = record ?? newRecord(id, live?.type ?? '')
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

  /** Ends the workers without a shutdown, as `kill -9` does, and starts them again. Their jobs come back after `ack_wait`, 20 seconds. */
  crash(): Promise<void> {
    return this.#services.crash()
  }

  /** Stops the services as a SIGTERM with no grace does, and starts them again: running jobs are put back and count no attempt. */
  restart(): Promise<void> {
    return this.#services.restart()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#services.close()
    await this.connection.close()
    await this.#database?.close()
  }

  #sent(): number {
    const consumers = this.#server.consumers.get(streamName.jobs)?.values() ?? []
    return [...consumers].reduce((sum, consumer) => sum + consumer.sent, 0)
  }

  /** Resolves when nothing is on its way and no job runs but those of `except` that were not aborted. */
  async #untilQuiet(
    except: ReadonlySet<JobRun> = new Set(),
    mostTurns = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    for (let turns = 0, quiet = 0; quiet < 3 && turns < mostTurns; turns++) {
      await (turns < 100 ? turn() : shortPause())
      const allowed = this.#services
        .running()
        .filter((run) => except.has(run) && run.abortedAt === undefined).length
      quiet = this.#server.isTurning || this.#server.out > allowed ? 0 : quiet + 1
    }
  }
}

/** How many turns of the event loop a step through time waits for handlers that it has started: those that wait for time need it to go on. */
const patience = 300
