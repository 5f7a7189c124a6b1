import {
  type DeliveredMessage,
  firstValues,
  Mailbox,
  provisionConsumer,
  type Runtime,
} from '@danbooru-jobs/actors/internal'
import { nanoseconds, owner, streamName } from '@danbooru-jobs/contracts/wire'
import type { LogEntry } from './log-entry.ts'
import { readLogMessage } from './read-log.ts'

/** The durable consumer of the job log. One process pulls from it at a time, so acknowledging everything up to a message is safe. */
export const logConsumer = {
  durable_name: 'job-history',
  name: 'job-history',
  description: 'Writes the history of every job',
  ack_policy: 'all',
  deliver_policy: 'all',
  ack_wait: nanoseconds('30s'),
  max_deliver: -1,
  max_ack_pending: 100_000,
  metadata: { [owner.key]: owner.value },
} as const

/** How many messages are fetched ahead at most. */
const window = 4_096

/** What was read from a message of the log; the message itself is not kept. */
export interface LogMessage {
  readonly logSequence: number
  /** Milliseconds. */
  readonly loggedAt: number
  readonly bytes: number
  readonly subject: string
  /** Its entries about jobs. */
  readonly entries: readonly LogEntry[]
  /** The subject of its acknowledgment. */
  readonly reply: string
}

/**
 * Reads the job log without a gap from a given sequence on. After a lost connection to NATS or to the database the reader decides where
 * to continue: it resets the consumer to what is stored in the database.
 */
export class LogReader {
  readonly #runtime: Runtime
  readonly #onMessages: () => void
  readonly #onProblem: (message: string) => void
  #mailbox: Mailbox | undefined
  #buffer: LogMessage[] = []
  /** The next sequence to take. */
  #next = 1
  /** A sequence that the log was asked for and does not have: it has been deleted. */
  #gone = 0
  #pending = 0

  constructor(runtime: Runtime, onMessages: () => void, onProblem: (message: string) => void) {
    this.#runtime = runtime
    this.#onMessages = onMessages
    this.#onProblem = onProblem
  }

  /** Messages fetched and not taken. */
  get buffered(): number {
    return this.#buffer.length
  }

  /** Messages of the log that are not taken yet, by the server's latest count. */
  get pending(): number {
    return this.#pending + this.#buffer.length
  }

  /** When the oldest message that is not taken was logged, milliseconds. */
  get oldest(): number | undefined {
    return this.#buffer[0]?.loggedAt
  }

  /** Starts after `position`, whatever was read before. */
  async open(position: number): Promise<void> {
    this.close()
    const { jsm } = this.#runtime
    await provisionConsumer(jsm, streamName.jobLog, logConsumer)
    await jsm.consumers.reset(streamName.jobLog, logConsumer.name, position + 1)
    const { num_pending } = await jsm.consumers.info(streamName.jobLog, logConsumer.name)
    this.#pending = num_pending
    this.#next = position + 1
    const mailbox: Mailbox = new Mailbox(
      this.#runtime,
      { stream: streamName.jobLog, consumer: logConsumer.name },
      {
        onMessage: (message) => this.#receive(mailbox, message),
        onLapsed: (problem) => {
          if (mailbox !== this.#mailbox) return
          if (problem) this.#onProblem(problem.message)
          else this.#ask()
        },
      },
    )
    this.#mailbox = mailbox
    this.#ask()
  }

  /** Drops what was fetched. */
  close(): void {
    const mailbox = this.#mailbox
    this.#mailbox = undefined
    mailbox?.reset()
    this.#buffer = []
  }

  check(): void {
    this.#mailbox?.check()
  }

  /**
   * Takes messages in the log's order, without a gap. An empty answer means that messages are missing that the server has sent: open
   * the reader again at the same position.
   */
  take(most: number, mostBytes: number): readonly LogMessage[] {
    const taken: LogMessage[] = []
    let bytes = 0
    for (const message of this.#buffer) {
      const { logSequence } = message
      if (logSequence > this.#next && this.#gone !== this.#next) break
      if (taken.length >= most || (bytes > 0 && bytes + message.bytes > mostBytes)) break
      bytes += message.bytes
      taken.push(message)
      this.#next = Math.max(this.#next, logSequence + 1)
    }
    if (taken.length === 0) this.#gone = this.#next
    this.#buffer.splice(0, taken.length)
    this.#ask()
    return taken
  }

  /** Acknowledges everything up to the message. */
  acknowledge({ reply }: LogMessage): void {
    this.#runtime.nats.publish(reply, '+ACK')
  }

  #receive(mailbox: Mailbox, message: DeliveredMessage): void {
    if (mailbox !== this.#mailbox) return
    this.#pending = message.info.pending
    this.#buffer.push(readMessage(message))
    this.#onMessages()
  }

  #ask(): void {
    const outstanding = this.#mailbox?.outstanding ?? 0
    const room = window - this.#buffer.length - outstanding
    if (outstanding < window / 4 && room > 0) this.#mailbox?.request(room)
  }
}

function readMessage(message: DeliveredMessage): LogMessage {
  const { subject, data, info, reply } = message
  const { streamSequence: logSequence, storedAt: loggedAt } = info
  const headers = firstValues(message.headers)
  const entries = readLogMessage({ subject, data, headers }, logSequence)
  return { logSequence, loggedAt, bytes: data.length, subject, entries, reply }
}
