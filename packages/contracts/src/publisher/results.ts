/** The job is stored. */
export interface Accepted {
  readonly status: 'accepted'
  readonly id: string
  readonly stream: string
  readonly sequence: number
}

/** A job of this id was stored before; nothing was added. */
export interface Duplicate {
  readonly status: 'duplicate'
  readonly id: string
  readonly sequence: number
}

/** Another job has this unique key, see `UniqueMode`; nothing was added. */
export interface AlreadyQueued {
  readonly status: 'already-queued'
  readonly key: string
}

/** What became of one job. */
export type EnqueueResult = Accepted | Duplicate | AlreadyQueued

/** What became of several jobs that were to be stored together: all of them or none. */
export type AtomicResult =
  | { readonly status: 'accepted'; readonly jobs: readonly Accepted[] }
  /** At least one of the ids was stored before; the server does not report which. Nothing was added. */
  | { readonly status: 'duplicate' }
  /** These are there already, by their place in the list. Nothing was added. */
  | {
      readonly status: 'already-queued'
      readonly refused: readonly { readonly index: number; readonly key: string }[]
    }
