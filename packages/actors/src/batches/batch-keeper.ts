import { batchNews, nanoseconds, owner, streamName, subjects } from '@danbooru-jobs/contracts/wire'
import { DatabaseUnreachableError } from '../outcome/errors.ts'
import type { Daemon } from '../runtime/daemon.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import { Mailbox, type MailboxProblem } from '../transport/mailbox.ts'
import { type ConsumerDeclaration, provisionConsumer } from '../transport/provision.ts'
import { type Batches, forgetBatches, takeNews } from './batch-store.ts'

/** News taken in by one transaction at most, and asked for at once. */
const most = 500
/** For how long a complete batch is remembered, milliseconds: 7 days, as finished jobs are. */
const rememberedFor = 7 * 86_400_000
const tidyEvery = 60

/** The mailbox of the batches, shared by every replica. */
export const batchConsumer: ConsumerDeclaration = {
  durable_name: 'batches',
  description: 'What happens to batches of jobs',
  filter_subject: subjects.allBatches,
  ack_policy: 'explicit',
  deliver_policy: 'all',
  ack_wait: nanoseconds('20s'),
  max_deliver: -1,
  max_ack_pending: 10_000,
  metadata: { [owner.key]: owner.value },
}

/** What keeping the batches needs of a process. */
export interface BatchRuntime extends Runtime {
  /** Where batches are kept instead of the database: in tests that have none. */
  readonly batches?: Batches
}

/**
 * Keeps the batches: reads, many at a time, what publishers and workers report about them, and finds out when one is complete. News are
 * acknowledged after their transaction; what is delivered again changes nothing.
 */
export class BatchKeeper implements Daemon {
  readonly #runtime: BatchRuntime
  readonly #mailbox: Mailbox
  #buffer: DeliveredMessage[] = []
  #working: Promise<void> | undefined
  #stopped = false
  #ticks = 0
  #taken = 0
  #completed = 0
  #refused = 0

  constructor(runtime: BatchRuntime) {
    this.#runtime = runtime
    const source = { stream: streamName.lifecycles, consumer: batchConsumer.durable_name }
    this.#mailbox = new Mailbox(runtime, source, this)
  }

  async start(): Promise<this> {
    this.#pull()
    return this
  }

  onMessage(message: DeliveredMessage): void {
    this.#buffer.push(message)
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
  }

  onLapsed(problem: MailboxProblem | undefined): void {
    if (this.#stopped) return
    if (problem) this.#runtime.log.warn({ problem }, 'the news of batches do not come; asking again')
    else this.#pull()
  }

  tick(): void {
    this.#mailbox.check()
    this.#ticks++
    if (this.#mailbox.outstanding === 0 && this.#buffer.length === 0) void this.#askAnew()
    if (this.#ticks % tidyEvery === 0) void this.#tidy()
  }

  reconnect(): void {
    if (!this.#stopped) this.#mailbox.reset()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#mailbox.stop()
    await this.#working
  }

  stats(): Record<string, number> {
    return { taken: this.#taken, completed: this.#completed, refused: this.#refused }
  }

  #pull(): void {
    const room = most - this.#buffer.length - this.#mailbox.outstanding
    if (!this.#stopped && room > 0) this.#mailbox.request(room)
  }

  async #askAnew(): Promise<void> {
    try {
      await provisionConsumer(this.#runtime.jsm, streamName.lifecycles, batchConsumer)
      if (this.#mailbox.outstanding === 0) this.#pull()
    } catch (error) {
      this.#runtime.log.warn({ err: error }, 'the queue of batches does not answer yet')
    }
  }

  async #work(): Promise<void> {
    // What arrives in the same read of the connection goes into the same transaction.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#buffer.length > 0) {
      const messages = this.#buffer.splice(0, most)
      await this.#takeOrPutBack(messages)
      if (this.#runtime.nats.isClosed()) return
      this.#pull()
    }
  }

  /** A message that cannot be taken in must not hold up those that came with it: each is tried alone then, and put back alone. */
  async #takeOrPutBack(messages: readonly DeliveredMessage[]): Promise<void> {
    try {
      await this.#take(messages)
    } catch (error) {
      if (this.#runtime.nats.isClosed()) return
      if (messages.length > 1 && !(error instanceof DatabaseUnreachableError)) {
        for (const message of messages) await this.#takeOrPutBack([message])
        return
      }
      this.#runtime.log.error({ err: error }, 'a report about batches could not be stored; it comes again')
      for (const message of messages) message.nak(putBackFor(message.info.deliveries))
    }
  }

  async #take(messages: readonly DeliveredMessage[]): Promise<void> {
    const read = messages.map((message) => ({ message, news: parse(message) }))
    const good = read.flatMap(({ news }) => (news.success ? [news.data] : []))
    const { batches, clock, database } = this.#runtime
    const completed = await (batches
      ? batches.take(good)
      : database().transaction((em, outbox) => takeNews(em, outbox, good, clock.now())))
    for (const { message, news } of read) {
      if (news.success) message.ack()
      else message.term(`payload-invalid: ${news.error.issues[0]?.message}`)
    }
    this.#taken += good.length
    this.#refused += read.length - good.length
    this.#completed += completed.length
    for (const batch of completed) this.#runtime.log.info({ batch }, 'batch complete')
  }

  async #tidy(): Promise<void> {
    if (this.#runtime.batches) return
    const before = new Date(this.#runtime.clock.now().getTime() - rememberedFor)
    await forgetBatches(this.#runtime.database().entityManager(), before).catch((error) =>
      this.#runtime.log.warn({ err: error }, 'old batches could not be removed'),
    )
  }
}

/** A second, and up to a minute for what fails again and again, milliseconds. */
function putBackFor(deliveries: number): number {
  return Math.min(60_000, 1_000 * 2 ** Math.min(deliveries - 1, 10))
}

function parse(message: DeliveredMessage) {
  try {
    return batchNews.safeParse(JSON.parse(new TextDecoder().decode(message.data)))
  } catch {
    return batchNews.safeParse(undefined)
  }
}
