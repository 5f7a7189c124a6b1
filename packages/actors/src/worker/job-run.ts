import type { JobType, MessageContext } from '@danbooru-jobs/contracts'
import {
  contextOfHeaders,
  type JobReport,
  type JobSource,
  jobHeader,
  jobIdOf,
} from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Logger } from 'pino'
import type { Claim } from '../admission/claim.ts'
import type { HeldJob } from '../admission/held-job.ts'
import type { TransactionWork } from '../database/database.ts'
import { recordOnce } from '../database/processed.ts'
import type { Clock } from '../environment/environment.ts'
import { boundedJson } from '../outcome/bounded-json.ts'
import { outcomeOfError } from '../outcome/errors.ts'
import type { Json, Outcome } from '../outcome/outcome.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import type { JobContext } from './job-context.ts'
import { JobLines } from './job-lines.ts'
import type { ReadyWorker } from './layered.ts'
import { writeReport } from './report.ts'
import type { WorkerRuntime } from './worker-runtime.ts'

/** How much progress a job may report at once, characters of JSON. */
const mostProgress = 16_000

/** One attempt of one job, from its delivery to its settlement. What is seldom used is made on demand. */
export class JobRun implements JobContext, HeldJob {
  readonly definition: ReadyWorker
  readonly message: DeliveredMessage
  readonly id: string
  readonly attempt: number
  /** How many times in a row the job crashed its worker before this attempt. */
  readonly crashes: number
  /** Milliseconds. */
  readonly startedAt: number
  readonly #runtime: WorkerRuntime
  #abort: AbortController | undefined
  #log: Logger | undefined
  #progress: Json | undefined
  readonly #lines = new JobLines()
  claim: Claim | undefined
  #trace: JobContext['trace'] | undefined
  /** When it was last reported as running, milliseconds; 0 for never. */
  reportedAt = 0
  /** When its signal was aborted, milliseconds. */
  abortedAt: number | undefined
  #abandoned: Outcome | undefined
  #onAbandoned: ((outcome: Outcome) => void) | undefined

  constructor(
    runtime: WorkerRuntime,
    definition: ReadyWorker,
    message: DeliveredMessage,
    start: { readonly attempt: number; readonly crashes: number },
  ) {
    this.#runtime = runtime
    this.definition = definition
    this.message = message
    this.id = jobIdOf((name) => message.header(name), message.info.streamSequence)
    this.attempt = start.attempt
    this.crashes = start.crashes
    this.startedAt = runtime.clock.now().getTime()
  }

  get type(): string {
    return this.definition.type.name
  }

  get jobType(): JobType {
    return this.definition.type
  }

  get source(): JobSource {
    return this.message.source
  }

  get clock(): Clock {
    return this.#runtime.clock
  }

  get enqueuedAt(): Date {
    const date = new Date(this.message.header(jobHeader.enqueuedAt) ?? Number.NaN)
    return Number.isNaN(date.getTime()) ? new Date(this.message.info.storedAt) : date
  }

  get actor(): string | undefined {
    return this.message.header(jobHeader.actor)
  }

  get trace(): JobContext['trace'] {
    if (this.#trace) return this.#trace
    const { traceparent, tracestate } = contextOfHeaders((name) => this.message.header(name))
    return { traceparent, tracestate }
  }

  set trace(trace: JobContext['trace']) {
    this.#trace = trace
  }

  /** What messages about this job carry. */
  get context(): MessageContext {
    return { actor: this.actor, ...this.trace }
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    return this.#abort.signal
  }

  get log(): Logger {
    this.#log ??= this.#runtime.log.child({ jobId: this.id, jobType: this.type, attempt: this.attempt })
    return this.#log
  }

  progress(value: Json): void {
    this.#progress = boundedJson(value, mostProgress) as Json
  }

  note(line: string): void {
    this.#lines.add(line)
  }

  transaction<Result>(work: TransactionWork<Result>): Promise<Result> {
    return this.#runtime.database().transaction(work)
  }

  outsideTransaction(): EntityManager {
    return this.#runtime.database().read()
  }

  once(em: EntityManager, step = ''): Promise<boolean> {
    return recordOnce(em, this.id, step, this.clock.now())
  }

  report(kind: JobReport['kind'], more: Partial<JobReport> = {}): void {
    writeReport(this.#runtime, this, kind, more)
  }

  /** Aborts the handler's signal with the error that says why. */
  abort(reason: Error, now: number): void {
    if (this.abortedAt !== undefined) return
    this.abortedAt = now
    this.#abort ??= new AbortController()
    this.#abort.abort(reason)
  }

  /** The handler's outcome or, if it ignores its signal for too long, the one that {@link abandon} decided. */
  orAbandoned(handled: Promise<Outcome | undefined>): Promise<Outcome | undefined> {
    return new Promise((resolve, reject) => {
      this.#onAbandoned = resolve
      if (this.#abandoned) resolve(this.#abandoned)
      Promise.resolve(handled).then(resolve, reject)
    })
  }

  /** Settles the attempt with what its abort means, without waiting for the handler any longer. */
  abandon(): void {
    this.#abandoned = outcomeOfError(this.signal.reason)
    this.#onAbandoned?.(this.#abandoned)
  }

  get hasNews(): boolean {
    return this.#progress !== undefined || !this.#lines.isEmpty
  }

  /** The progress and the log lines since the last call. */
  takeNews(): { readonly progress: Json | undefined; readonly lines: readonly string[] } {
    const progress = this.#progress
    this.#progress = undefined
    return { progress, lines: this.#lines.take() }
  }
}
