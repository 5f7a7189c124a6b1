import { scheduleOfTick, streamName, tickConsumer } from '@danbooru-jobs/contracts/wire'
import type { Daemon } from '../runtime/daemon.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import { Mailbox, type MailboxProblem } from '../transport/mailbox.ts'
import { provisionConsumer, provisionStreams } from '../transport/provision.ts'
import type { Schedule } from './define-schedule.ts'
import { reconcileSchedules, running } from './reconcile.ts'
import { openScheduleSet, type ScheduleSet } from './schedule-set.ts'
import { settleDue } from './settle-due.ts'

/** Ticks that are asked for at once. */
const prefetch = 8
/** How often it looks by itself, in ticks of about a second: for what the server's calendar or an operator left out. */
const lookEvery = 60
/** How long a tick waits that belongs to a schedule which this process does not know yet, milliseconds. */
const unknownDelay = 5_000

/**
 * Looks after the schedules of one set: reconciles them when it starts, then sleeps until the NATS server ticks. A tick only says
 * that a schedule may be due; what it gets is decided from its row. So several replicas are safe, a tick may come twice or
 * never, and what was due while no scheduler ran is dealt with at the start.
 */
export class Scheduler implements Daemon {
  readonly #runtime: Runtime
  readonly #set: ScheduleSet
  readonly #schedules: ReadonlyMap<string, Schedule>
  readonly #mailbox: Mailbox
  readonly #working = new Set<Promise<void>>()
  #quietTicks = 0
  #stopping = false
  readonly #counts = { enqueued: 0, skipped: 0, missed: 0, failed: 0 }

  constructor(runtime: Runtime, set: string, schedules: readonly Schedule[]) {
    this.#runtime = runtime
    this.#set = openScheduleSet(set, { ...runtime, database: runtime.database() })
    this.#schedules = new Map(schedules.map((schedule) => [schedule.name, schedule]))
    const source = { stream: streamName.schedules, consumer: tickConsumer(set).durable_name }
    this.#mailbox = new Mailbox(runtime, source, this)
  }

  async start(): Promise<this> {
    const reconciled = await reconcileSchedules(this.#set, [...this.#schedules.values()])
    this.#runtime.log.info({ set: this.#set.name, ...reconciled }, 'schedules reconciled')
    await this.#settleAll()
    this.#pull()
    return this
  }

  onMessage(message: DeliveredMessage): void {
    this.#track(this.#handle(message).finally(() => this.#pull()))
  }

  onLapsed(problem: MailboxProblem | undefined): void {
    if (this.#stopping) return
    if (problem === undefined) {
      this.#pull()
      return
    }
    // The next look makes the consumer again and pulls.
    this.#runtime.log.warn({ problem, set: this.#set.name }, 'the schedules do not tick; looking again soon')
    this.#quietTicks = lookEvery - 2
  }

  tick(): void {
    this.#mailbox.check()
    this.#quietTicks++
    if (this.#quietTicks < lookEvery || this.#stopping) return
    this.#quietTicks = 0
    this.#track(this.#look())
  }

  reconnect(): void {
    if (this.#stopping) return
    this.#mailbox.reset()
    this.#track(this.#look())
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#mailbox.stop()
    await Promise.all(this.#working)
  }

  stats(): Record<string, number> {
    return { ...this.#counts }
  }

  #pull(): void {
    if (!this.#stopping && this.#mailbox.outstanding === 0) this.#mailbox.request(prefetch)
  }

  #track(work: Promise<void>): void {
    const guarded = work.catch((error) => {
      this.#counts.failed++
      this.#runtime.log.error(
        { err: error, set: this.#set.name },
        'schedules could not be settled; trying again',
      )
    })
    this.#working.add(guarded)
    void guarded.finally(() => this.#working.delete(guarded))
  }

  async #handle(message: DeliveredMessage): Promise<void> {
    const name = scheduleOfTick(message.subject)
    const schedule = this.#schedules.get(name)
    if (schedule !== undefined) {
      await this.#settle(schedule, new Date(message.info.storedAt))
      message.ack()
    } else if (await this.#isStored(name)) {
      // Another release declares it: one of its replicas takes the tick.
      message.nak(unknownDelay)
    } else {
      message.ack()
    }
  }

  async #isStored(name: string): Promise<boolean> {
    const rows = await this.#set.store.all(this.#set.database.entityManager())
    return rows.some((row) => row.name === name)
  }

  /** Restores what is missing on the server, and settles what is due. */
  async #look(): Promise<void> {
    const runtime = this.#runtime
    const set = this.#set
    await provisionStreams(runtime.jsm, { replicas: runtime.replicas })
    await provisionConsumer(runtime.jsm, streamName.schedules, tickConsumer(set.name))
    await set.database.transaction(async (em) => {
      await set.store.lockSet(em)
      const restored = await set.server.match(running(await set.store.all(em)))
      if (restored.length > 0) runtime.log.warn({ restored }, 'schedules of the server were not as declared')
    })
    await this.#settleAll()
    this.#pull()
  }

  async #settleAll(): Promise<void> {
    for (const schedule of this.#schedules.values()) await this.#settle(schedule)
  }

  async #settle(schedule: Schedule, seenAt?: Date): Promise<void> {
    const settled = await settleDue(this.#set, schedule, seenAt)
    if (settled.kind !== 'settled') return
    this.#counts.missed += settled.missed
    for (const run of settled.runs) {
      this.#counts[run.outcome]++
      this.#runtime.log.info({ schedule: schedule.name, ...run }, `scheduled job ${run.outcome}`)
    }
    if (settled.missed > 0) {
      this.#runtime.log.warn(
        { schedule: schedule.name, missed: settled.missed },
        'times of a schedule were given up',
      )
    }
  }
}
