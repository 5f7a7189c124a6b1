/** The payload of every job on every side: about 256 bytes of JSON. */
export interface Payload {
  readonly n: number
  /** When it was enqueued: the machine's monotonic clock in nanoseconds, as text; the same in every process. */
  readonly sentAt: string
  readonly text: string
}

/** What happens to a job: counted, or its latency noted. */
export type OnJob = (payload: Payload) => void

/** A worker that runs. */
export interface Working {
  /** Whether nothing is queued or running any more, as the system itself knows it. */
  isEmpty(): Promise<boolean>
  stop(): Promise<void>
}

/**
 * One job system under test, in a process of its own. Each is used as its documentation recommends, and finished jobs are kept
 * where the system can keep them.
 */
export interface Side {
  /** Makes what must be there before the first job. Done again, it changes nothing. */
  prepare(): Promise<void>
  /** Publishes one job and waits until it is stored. */
  publish(payload: Payload): Promise<void>
  /** Publishes several at once in the way the system offers for it. */
  publishBatch(payloads: readonly Payload[]): Promise<void>
  /** Publishes any number in batches, if the system has a call for that; otherwise batch is published after batch. */
  publishMany?(payloads: Iterable<Payload>, batchSize: number): Promise<void>
  /** Runs jobs, `concurrency` at a time, each handler doing nothing but `onJob`. */
  work(concurrency: number, onJob: OnJob): Promise<Working>
  close(): Promise<void>
}

const filler = 'x'.repeat(200)

/** The payload of one job. */
export function payloadOf(n: number): Payload {
  return { n, sentAt: String(process.hrtime.bigint()), text: filler }
}

/** A variable that the parent process sets. */
export function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set`)
  return value
}
