/** The history has no job of that id. It keeps ended jobs for 7 days. */
export class UnknownJobError extends Error {
  override readonly name = 'UnknownJobError'
  readonly code = 'job-unknown'
  readonly jobId: string

  constructor(jobId: string) {
    super(`the history has no job ${jobId}`)
    this.jobId = jobId
  }
}

/** No service of that job type has run yet: there is no queue to pause, resume, drain or purge. */
export class UnknownQueueError extends Error {
  override readonly name = 'UnknownQueueError'
  readonly code = 'queue-unknown'
  readonly jobType: string

  constructor(jobType: string) {
    super(`${jobType} has no queue: its service makes it when it first starts`)
    this.jobType = jobType
  }
}

/** There is no lifecycle of that machine and key. */
export class UnknownLifecycleError extends Error {
  override readonly name = 'UnknownLifecycleError'
  readonly code = 'lifecycle-unknown'

  constructor({ machine, key }: { readonly machine: string; readonly key: string }) {
    super(`there is no lifecycle ${machine} ${key}`)
  }
}

/** There is no batch of that id. Completed batches are kept for 7 days. */
export class UnknownBatchError extends Error {
  override readonly name = 'UnknownBatchError'
  readonly code = 'batch-unknown'

  constructor(id: string) {
    super(`there is no batch ${id}`)
  }
}

/** The stream JOBS does not exist: no service has run on this NATS server yet. */
export class StreamMissingError extends Error {
  override readonly name = 'StreamMissingError'
  readonly code = 'stream-missing'

  constructor() {
    super('there is no stream JOBS yet: the services make it when they start')
  }
}
