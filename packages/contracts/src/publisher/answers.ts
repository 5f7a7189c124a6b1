import { createInbox, errors, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node'

/** Who waits for an answer, and until when (milliseconds of the monotonic clock). */
interface Waiting {
  readonly deadline: number
  readonly resolve: (message: Msg) => void
  readonly reject: (error: Error) => void
}

const sweepEvery = 250

/**
 * Answers to published messages, on one subscription for each connection.
 *
 * The client's own `request()` makes two errors with their stacks for every request, to have them at hand should it fail; at
 * thousands of publishes a second that is a third of the processor. Here an error is made when there is one.
 */
export class Answers {
  readonly #connection: NatsConnection
  readonly #inbox: string
  readonly #waiting = new Map<string, Waiting>()
  #next = 0
  #sweeper: NodeJS.Timeout | undefined

  constructor(connection: NatsConnection) {
    this.#connection = connection
    this.#inbox = createInbox()
    connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#take(message)
      },
    })
    void connection.closed().then(() => this.#rejectAll())
  }

  /**
   * Publishes a message and waits for its answer.
   *
   * @throws NoRespondersError | TimeoutError | ClosedConnectionError of the client.
   */
  ask(subject: string, body: string, headers: MsgHdrs, timeout: number): Promise<Msg> {
    const token = (this.#next++).toString(36)
    return new Promise((resolve, reject) => {
      this.#waiting.set(token, { deadline: performance.now() + timeout, resolve, reject })
      this.#sweeper ??= setInterval(() => this.#sweep(), sweepEvery).unref()
      try {
        this.#connection.publish(subject, body, { headers, reply: `${this.#inbox}.${token}` })
      } catch (error) {
        this.#waiting.delete(token)
        reject(error)
      }
    })
  }

  #take(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1)
    const waiting = this.#waiting.get(token)
    if (!waiting) return
    this.#waiting.delete(token)
    if (message.data.length === 0 && message.headers?.code === 503) {
      waiting.reject(new errors.NoRespondersError(message.subject))
    } else {
      waiting.resolve(message)
    }
  }

  #sweep(): void {
    const now = performance.now()
    for (const [token, waiting] of this.#waiting) {
      if (waiting.deadline > now) continue
      this.#waiting.delete(token)
      waiting.reject(new errors.TimeoutError())
    }
    if (this.#waiting.size > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  #rejectAll(): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new errors.ClosedConnectionError())
    this.#waiting.clear()
    clearInterval(this.#sweeper)
  }
}

const ofConnection = new WeakMap<NatsConnection, Answers>()

/** The answers of a connection: made once, however many publishers share it. */
export function answersOf(connection: NatsConnection): Answers {
  let answers = ofConnection.get(connection)
  if (!answers) {
    answers = new Answers(connection)
    ofConnection.set(connection, answers)
  }
  return answers
}
