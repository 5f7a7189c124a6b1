/** Reads one header by its name as on the wire; an empty header and a missing one are both undefined. */
export type HeaderReader = (name: string) => string | undefined

/**
 * Headers of a job message, spelled as on the wire. The body is the plain payload; what is about the job is here.
 * None is required: a message with no headers is a valid job.
 */
export const jobHeader = {
  /** The job's id (UUID). Survives retries, snoozes and redrives; `Nats-Msg-Id` does not. */
  id: 'Job-Id',
  /** Attempts used before this message was published: by a snooze, an interruption or a redrive. Absent means 0. */
  attempts: 'Job-Attempts',
  /** Subject to which the job's end is reported, see `jobEnded`. */
  notify: 'Job-Notify',
  /** When the job was first enqueued, RFC 3339. Absent means: when the message was stored. */
  enqueuedAt: 'Job-Enqueued-At',
  /** Id of the batch the job belongs to. */
  batch: 'Job-Batch',
  /** On a job of a type whose jobs are unique: its `UniqueMode`. A redrive expects its key to be free. */
  unique: 'Job-Unique',
  /** On a job that may not start yet and waits as a schedule: the name of the limit. */
  parked: 'Job-Parked',
  /** On a job that waits for its next attempt as a schedule: the attempt that failed. */
  retry: 'Job-Retry',
  /** On a debounced job: when the first of the jobs that it replaces was enqueued, RFC 3339. */
  debouncedSince: 'Job-Debounced-Since',
  /** On a debounced job: how long after the first one it runs at the latest, milliseconds. */
  maxWait: 'Job-Max-Wait',
  /** The rank of a job in its ordered key: the stream sequence of its first message. Set on its later messages. */
  order: 'Job-Order',
  /** Who requested the job: a user id or a service's name. */
  actor: 'Job-Actor',
  /** W3C trace context. */
  traceparent: 'traceparent',
  tracestate: 'tracestate',
} as const

/** Headers of a message to a lifecycle actor, spelled as on the wire. */
export const lifecycleHeader = {
  /** The message's id. Survives a timer, which drops `Nats-Msg-Id`; the actor handles an id once. */
  messageId: 'Lifecycle-Message-Id',
  /** The lifecycle's key, percent-encoded: the subject may hold only a digest of it. */
  key: 'Lifecycle-Key',
} as const

/** Headers of the NATS server that we read or write, spelled as on the wire. */
export const natsHeader = {
  msgId: 'Nats-Msg-Id',
  expectedStream: 'Nats-Expected-Stream',
  expectedLastSubjectSequence: 'Nats-Expected-Last-Subject-Sequence',
  /** ADR-50 and ADR-51; the subject (with wildcards) that the expectation is about. */
  expectedLastSubjectSequenceSubject: 'Nats-Expected-Last-Subject-Sequence-Subject',
  schedule: 'Nats-Schedule',
  scheduleTarget: 'Nats-Schedule-Target',
  scheduleTimeZone: 'Nats-Schedule-Time-Zone',
  /** On a message that a schedule produced: the subject of the schedule. */
  scheduler: 'Nats-Scheduler',
  /** On a message that a schedule produced: when it fires next, or `purge`. */
  scheduleNext: 'Nats-Schedule-Next',
  batchId: 'Nats-Batch-Id',
  batchSequence: 'Nats-Batch-Sequence',
  batchCommit: 'Nats-Batch-Commit',
  /** On a republished message: where it is stored. */
  stream: 'Nats-Stream',
  subject: 'Nats-Subject',
  sequence: 'Nats-Sequence',
  timeStamp: 'Nats-Time-Stamp',
} as const
