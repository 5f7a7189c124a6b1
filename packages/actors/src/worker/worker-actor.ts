import { isInJobLog, jobConsumer, jobIdOf, type RunningJob, streamName } from '@danbooru-jobs/contracts/wire'
import { Admission } from '../admission/admission.ts'
import { CancelledError, InterruptedError, TimeLimitError } from '../outcome/errors.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import { Mailbox, type MailboxProblem } from '../transport/mailbox.ts'
import { decideSettlement, isLastChance, type Settlement, type Start } from './attempt.ts'
import { attemptsBefore, Executor } from './executor.ts'
import type { JobRun } from './job-run.ts'
import type { ReadyWorker } from './layered.ts'
import { describeError, reportStored } from './report.ts'
import { Settler } from './settle.ts'
import { SettlementLedger } from './settlement-ledger.ts'
import type { WorkerRuntime } from './worker-runtime.ts'

/** How long a handler may ignore its signal before its job is settled without it, milliseconds. */
const abortGrace = 10_000
/** How long a job runs before it is reported, and how often the report is repeated without progress, milliseconds. */
const reportAfter = 1_000
const reportEvery = 10_000

/** After how long a job whose settlement failed is redelivered, milliseconds. */
const settlePause = 1_000

/** How far the job log may lag behind the queue when a server is killed, milliseconds. */
const republishDelay = 15_000

/** The worker of one job type in one process: pulls what there is room for, runs it, settles it. */
export class WorkerActor {
  readonly definition: ReadyWorker
  readonly #runtime: WorkerRuntime
  readonly #mailbox: Mailbox
  readonly #running = new Set<JobRun>()
  readonly #waiting = new Map<DeliveredMessage, number>()
  readonly #onProblem: (problem: MailboxProblem) => void
  readonly #admission: Admission
  readonly #executor: Executor
  readonly #settler: Settler
  #held = 0
  #stopping = false
  #idle: (() => void) | undefined
  readonly ledger: SettlementLedger
  /** When the connection was last lost and restored, milliseconds. */
  #outage = { from: 0, until: 0 }

  constructor(runtime: WorkerRuntime, definition: ReadyWorker, onProblem: (problem: MailboxProblem) => void) {
    this.#runtime = runtime
    this.definition = definition
    this.ledger = new SettlementLedger(runtime)
    this.#onProblem = onProblem
    this.#admission = new Admission(runtime, definition.type)
    this.#executor = new Executor(runtime, definition, this.#admission)
    this.#settler = new Settler(runtime, this.#admission)
    const consumer = jobConsumer(definition.type).durable_name
    const source = { stream: streamName.jobs, consumer }
    this.#mailbox = new Mailbox(runtime, source, this)
  }

  get counts(): SettlementLedger['counts'] {
    return this.ledger.counts
  }

  get lastError(): string | undefined {
    return this.ledger.lastError
  }

  get running(): ReadonlySet<JobRun> {
    return this.#running
  }

  start(): void {
    this.#runtime.slots.onFree(() => this.pull())
    this.pull()
  }

  /** Asks for as many jobs as there is room for, in one request rather than in many. */
  pull(): void {
    if (this.#stopping) return
    const own = this.definition.concurrency - this.#held - this.#mailbox.outstanding
    const room = Math.min(own, this.#runtime.slots.free - this.#mailbox.outstanding)
    const enough = Math.max(1, Math.floor(this.definition.concurrency / 4))
    if (room >= enough || (own > 0 && this.#lacksOneAtHand())) this.#mailbox.request(Math.max(1, room))
  }

  /**
   * When all slots of a process that several job types share are taken, each type prefetches one job: the next free slot goes to the
   * most urgent of them and not to the first that arrives.
   */
  #lacksOneAtHand(): boolean {
    if (this.#mailbox.outstanding + this.#waiting.size > 0) return false
    return this.#held === 0 || this.#runtime.slots.isShared
  }

  onMessage(message: DeliveredMessage): void {
    if (message.info.deliveries === 1 && !this.#isInJobLog(message)) reportStored(this.#runtime, message)
    const lease = this.#runtime.leases.take(message.reply, this.#runtime.clock.now().getTime())
    this.#held++
    this.#waiting.set(message, lease)
    const { priority } = this.definition.type.delivery
    this.#runtime.slots.run({ priority, start: () => void this.#begin(message, lease) })
  }

  onLapsed(problem: MailboxProblem | undefined): void {
    if (this.#stopping) return
    if (problem) this.#onProblem(problem)
    else this.pull()
  }

  /** After a reconnect: the server may have forgotten the pull requests. */
  reconnect(downSince: number): void {
    this.#outage = { from: downSince - republishDelay, until: this.#runtime.clock.now().getTime() }
    if (!this.#stopping) this.#mailbox.reset()
  }

  /** A server that was killed may have stored a job and not its copy: what was stored shortly before is copied again. */
  #isInJobLog(message: DeliveredMessage): boolean {
    const { storedAt } = message.info
    if (storedAt >= this.#outage.from && storedAt <= this.#outage.until) return false
    return isInJobLog((name) => message.header(name))
  }

  /** To be called about once a second: time limits, reports of running jobs, silence of the server. */
  tick(): void {
    this.#mailbox.check()
    this.#admission.tick()
    const now = this.#runtime.clock.now().getTime()
    for (const run of this.#running) {
      const limit = this.definition.type.delivery.timeLimit
      if (now - run.startedAt > limit) run.abort(new TimeLimitError(limit), now)
      if (run.abortedAt !== undefined && now - run.abortedAt > abortGrace) run.abandon()
      else this.#reportNews(run, now)
    }
  }

  /** The jobs that this worker holds, running or waiting for a slot. */
  held(): RunningJob[] {
    const running = [...this.#running].map((run) => ({
      ...jobOf(this.definition, run.message, run.attempt, this.#runtime.host),
      startedAt: new Date(run.startedAt).toISOString(),
    }))
    const waiting = [...this.#waiting.keys()].map((message) =>
      jobOf(this.definition, message, attemptsBefore(message) + message.info.deliveries, this.#runtime.host),
    )
    return [...running, ...waiting]
  }

  /** Cancels a job that this worker holds: one that waits is settled at once, the handler of one that runs is aborted. */
  cancel(jobId: string, reason: string): RunningJob | undefined {
    const job = this.held().find((one) => one.jobId === jobId)
    const error = new CancelledError(reason)
    for (const run of this.#running) {
      if (run.id === jobId) run.abort(error, this.#runtime.clock.now().getTime())
    }
    for (const message of this.#waiting.keys()) {
      if (idOf(message) === jobId) void this.#settleWaiting(message, error.outcome())
    }
    return job
  }

  /** Stops pulling and puts back what has not started. */
  async quiesce(): Promise<void> {
    this.#stopping = true
    await this.#mailbox.stop()
    const interrupted = [...this.#waiting.keys()]
    const back = new InterruptedError().outcome()
    await Promise.all(interrupted.map((message) => this.#settleWaiting(message, back)))
  }

  /** Resolves when no job runs any more. */
  idle(): Promise<void> {
    if (this.#held === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#idle = resolve
    })
  }

  /** Aborts what still runs; it counts no attempt. */
  interrupt(): void {
    for (const run of this.#running) run.abort(new InterruptedError(), this.#runtime.clock.now().getTime())
  }

  /** Settles the jobs whose handlers have ignored their signals. */
  abandonAll(): void {
    for (const run of this.#running) run.abandon()
  }

  async #begin(message: DeliveredMessage, lease: number): Promise<void> {
    if (!this.#waiting.delete(message)) return this.#runtime.slots.release()
    if (this.#runtime.slots.isShared && this.#runtime.slots.free === 0) this.pull()
    try {
      const started = this.#executor.startOf(message)
      const start = started instanceof Promise ? await started : started
      if (isLastChance(start)) await this.#runtime.slots.alone(() => this.#execute(message, start))
      else await this.#execute(message, start)
    } catch (error) {
      const job = { jobId: idOf(message), jobType: this.definition.name }
      this.#runtime.log.error({ err: error, ...job }, 'a job could not be settled; it will be redelivered')
    }
    this.#runtime.leases.free(lease)
    this.#held--
    this.#runtime.slots.release()
    if (this.#held === 0) this.#idle?.()
    this.pull()
  }

  /** One delivered message through all its steps. What most jobs need not wait for is not waited for. */
  async #execute(message: DeliveredMessage, start: Start): Promise<void> {
    const run = this.#executor.run(message, start)
    const prepared = this.#executor.prepare(run, start)
    const ready = prepared instanceof Promise ? await prepared : prepared
    try {
      const settlement = ready.kind === 'ready' ? await this.#perform(run, ready.payload) : ready
      this.ledger.note(run, settlement)
      try {
        const settled = this.#settler.settle(run, settlement)
        if (settled) await settled
      } catch (error) {
        this.#notSettled(run, error)
      }
    } finally {
      this.#running.delete(run)
    }
  }

  /** The attempt has ended, so its report says that it failed: a redelivery without one would be taken for a crash. */
  #notSettled(run: JobRun, error: unknown): void {
    run.log.error({ err: error }, 'a job could not be settled; it will be redelivered')
    run.report('failed', { error: describeError(error instanceof Error ? error : new Error(String(error))) })
    run.message.nak(settlePause)
  }

  #perform(run: JobRun, payload: unknown): Promise<Settlement> {
    this.#running.add(run)
    return this.#executor.perform(run, payload)
  }

  /** Settles a message that never reached its handler; lost deliveries of it do not count as attempts. */
  async #settleWaiting(message: DeliveredMessage, outcome: Outcome): Promise<void> {
    const lease = this.#waiting.get(message) ?? -1
    if (!this.#waiting.delete(message)) return
    try {
      const { attempt } = await this.#executor.startOf(message)
      const run = this.#executor.run(message, { kind: 'start', attempt, crashes: 0 })
      const settlement = decideSettlement(outcome, attempt, this.definition.type.delivery, 0)
      this.ledger.note(run, settlement)
      await this.#settler.settle(run, settlement)
    } catch (error) {
      const job = { jobId: idOf(message), jobType: this.definition.name }
      this.#runtime.log.error(
        { err: error, ...job },
        'a job that had not started could not be settled; it will be redelivered',
      )
    }
    this.#runtime.leases.free(lease)
    this.#held--
    if (this.#held === 0) this.#idle?.()
  }

  #reportNews(run: JobRun, now: number): void {
    if (now - run.startedAt < reportAfter) return
    if (now - run.reportedAt < reportEvery && !run.hasNews) return
    run.reportedAt = now
    run.report('running')
  }
}

function idOf(message: DeliveredMessage): string {
  return jobIdOf((name) => message.header(name), message.info.streamSequence)
}

function jobOf(
  definition: ReadyWorker,
  message: DeliveredMessage,
  attempt: number,
  host: string,
): RunningJob {
  const { streamSequence } = message.info
  return { jobId: idOf(message), jobType: definition.type.name, streamSequence, attempt, host }
}
