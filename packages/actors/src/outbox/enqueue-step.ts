import type { JobRequest } from '@danbooru-jobs/contracts'

/** A step at every enqueue in a transaction: it may change the request. It must not wait: the transaction is open. */
export type EnqueueStep = (request: JobRequest) => JobRequest
