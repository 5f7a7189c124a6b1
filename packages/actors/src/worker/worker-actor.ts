import { isInJobLog, jobConsumer, jobIdOf, type RunningJob, streamName } from '@danbooru-jobs/contracts/wire'
import { LimitSweep } from '../admission/sweep.ts'
import { AttemptMetrics } from '../metrics/attempt-metrics.ts'
import { CancelledError, InterruptedError, TimeLimitError } from '../outcome/errors.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import { Mailbox, type MailboxProblem } from '../transport/mailbox.ts'
import { decideSettlement } from './attempt.ts'
import type { WorkerDefinition } from './define-worker.ts'
import { attemptsBefore, type Executed, execute, startOf } from './execute.ts'
import { JobRun } from './job-run.ts'
import { report, reportStored } from './report.ts'
import { settle } from './settle.ts'

/** How long a handler may ignore its signal before its job is settled without it, milliseconds. */
const abortGrace = 10_000
/** How long a job runs before the log says so, and how often it is said again without news, milliseconds. */
const reportAfter = 1_000
const reportEvery = 10_000

/** How far the job log may be behind the queue when a server is killed, milliseconds. */
const republishDelay = 15_000

/** The worker of one job type in one process: pulls what there is room for, runs it, settles it. */
export class WorkerActor {
  readonly definition: WorkerDefinition
  readonly #runtime: Runtime
  readonly #mailbox: Mailbox
  readonly #running = new Set<JobRun>()
  readonly #waiting = new Map<DeliveredMessage, number>()
  readonly #onProblem: (problem: MailboxProblem) => void
  readonly #limits: LimitSweep
  #held = 0
  #stopping = false
  #idle: (() => void) | undefined
  readonly counts = {
    done: 0,
    failed: 0,
    discarded: 0,
    cancelled: 0,
    republished: 0,
    parked: 0,
    milliseconds: 0,
  }
  readonly metrics = new AttemptMetrics()
  lastError: string | undefined
  /** When the connection was lost last, and found again; milliseconds. */
  #outage = { from: 0, until: 0 }

  constructor(runtime: Runtime, definition: WorkerDefinition, onProblem: (problem: MailboxProblem) => void) {
    this.#runtime = runtime
    this.definition = definition
    this.#onProblem = onProblem
    this.#limits = new LimitSweep(runtime, definition.type)
    const consumer = jobConsumer(definition.type).durable_name
    const source = { stream: streamName.jobs, consumer }
    this.#mailbox = new Mailbox(runtime.nats, source, this, () => runtime.clock.now().getTime())
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
   * Of a full house that several job types share each type has one job at hand: the next free slot goes to the most urgent of them, not
   * to whichever happens to be there.
   */
  #lacksOneAtHand(): boolean {
    if (this.#mailbox.outstanding + this.#waiting.size > 0) return false
    return this.#held === 0 || this.#runtime.slots.isShared
  }

  onMessage(message: DeliveredMessage): void {
    const lease = this.#runtime.leases.take(message.reply, this.#runtime.clock.now().getTime())
    this.#held++
    this.#waiting.set(message, lease)
    if (message.info.deliveries === 1 && !this.#isInJobLog(message)) reportStored(this.#runtime, message)
    const { priority } = this.definition.type.delivery
    this.#runtime.slots.run({ priority, start: () => void this.#begin(message, lease) })
  }

  onLapsed(problem: MailboxProblem | undefined): void {
    if (this.#stopping) return
    if (problem) this.#onProblem(problem)
    else this.pull()
  }

  /** After a reconnect: what was asked for may be forgotten. */
  reconnect(downSince: number): void {
    this.#outage = { from: downSince - republishDelay, until: this.#runtime.clock.now().getTime() }
    if (!this.#stopping) this.#mailbox.reset()
  }

  /** A server that is killed may have stored a job and not its copy: what came shortly before is copied again. */
  #isInJobLog(message: DeliveredMessage): boolean {
    const { storedAt } = message.info
    if (storedAt >= this.#outage.from && storedAt <= this.#outage.until) return false
    return isInJobLog((name) => message.header(name))
  }

  /** To be called about once a second: time limits, news of running jobs, silence of the server. */
  tick(): void {
    this.#mailbox.check()
    this.#limits.tick()
    const now = this.#runtime.clock.now().getTime()
    for (const run of this.#running) {
      const limit = this.definition.type.delivery.timeLimit
      if (now - run.startedAt > limit) run.abort(new TimeLimitError(limit), now)
      if (run.abortedAt !== undefined && now - run.abortedAt > abortGrace) run.abandon()
      else this.#reportNews(run, now)
    }
  }

  /** What this worker has in its hands, running or waiting for a slot. */
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

  /**
   * Cancels a job that this worker has in its hands: one that waits is settled at once, the handler of one that runs is told to
   * stop.
   */
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

  /** Settles what has not obeyed its signal. */
  abandonAll(): void {
    for (const run of this.#running) run.abandon()
  }

  async #begin(message: DeliveredMessage, lease: number): Promise<void> {
    if (!this.#waiting.delete(message)) return this.#runtime.slots.release()
    if (this.#runtime.slots.isShared && this.#runtime.slots.free === 0) this.pull()
    let run: JobRun | undefined
    try {
      await execute(this.#runtime, this.definition, message, {
        begun: (begun) => {
          run = begun
          this.#running.add(begun)
        },
        ended: (executed) => {
          this.#note(executed)
          return settle(this.#runtime, executed.run, executed.settlement)
        },
      })
    } catch (error) {
      this.#runtime.log.error(
        { err: error, jobType: this.definition.name },
        'a job could not be settled; it will come back',
      )
    }
    if (run) this.#running.delete(run)
    this.#runtime.leases.free(lease)
    this.#held--
    this.#runtime.slots.release()
    if (this.#held === 0) this.#idle?.()
    this.pull()
  }

  /** Settles a message that never reached its handler; earlier deliveries of it that got lost count no more than if it had. */
  async #settleWaiting(message: DeliveredMessage, outcome: Outcome): Promise<void> {
    const lease = this.#waiting.get(message) ?? -1
    if (!this.#waiting.delete(message)) return
    try {
      const { attempt } = await startOf(this.#runtime, this.definition, message)
      const run = new JobRun(this.#runtime, this.definition, message, { attempt, crashes: 0 })
      const settlement = decideSettlement(outcome, attempt, this.definition.type.delivery, 0)
      this.#note({ run, settlement })
      await settle(this.#runtime, run, settlement)
    } catch (error) {
      const job = { jobId: idOf(message), jobType: this.definition.name }
      this.#runtime.log.error(
        { err: error, ...job },
        'a job that waited could not be settled; it will come back',
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
    report(this.#runtime, run, 'running')
  }

  #note({ run, settlement }: Executed): void {
    const duration = this.#runtime.clock.now().getTime() - run.startedAt
    this.counts.milliseconds += duration
    this.metrics.settled(run, settlement, duration)
    switch (settlement.kind) {
      case 'ack':
        this.counts.done++
        if (this.#runtime.log.isLevelEnabled('info')) run.log.info({ duration }, 'job done')
        break
      case 'nak':
        this.counts.failed++
        this.lastError = settlement.error.message
        run.log.warn({ duration, err: settlement.error, retryIn: settlement.delay }, 'attempt failed')
        break
      case 'republish':
        this.counts.republished++
        run.log.info({ duration, reason: settlement.reason, backIn: settlement.delay }, 'job put back')
        break
      case 'term':
        this.counts[settlement.state]++
        this.lastError = settlement.reason
        run.log.error(
          { duration, reason: settlement.reason, err: settlement.error },
          `job ${settlement.state}`,
        )
        break
      case 'park':
        this.counts.parked++
        run.log.info({ waitingFor: settlement.parking.waitingFor }, 'job waits for a limit')
        break
      case 'move':
      case 'drop':
        break
      default:
        settlement satisfies never
    }
  }
}

function idOf(message: DeliveredMessage): string {
  return jobIdOf((name) => message.header(name), message.info.streamSequence)
}

function jobOf(
  definition: WorkerDefinition,
  message: DeliveredMessage,
  attempt: number,
  host: string,
): RunningJob {
  const { streamSequence } = message.info
  return { jobId: idOf(message), jobType: definition.type.name, streamSequence, attempt, host }
}
