import { type Duration, defineJob, type JobType } from '@danbooru-jobs/contracts'
import type { UniqueMode } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'

/**
 * How the job of a schedule is published, as its row keeps it. Its payload never changes, so neither do its keys, and any process can
 * enqueue the job without the code of its type.
 */
export interface StoredJobType {
  readonly unique?: {
    readonly mode: UniqueMode
    readonly key: string
    readonly window?: Duration
    readonly maxWait?: Duration
  }
  /** The key in whose order the jobs of the type run. */
  readonly ordered?: string
}

/** What the row keeps of a job type; undefined if the payload does not fit it. */
export function storedJobType(
  { payload: schema, delivery }: JobType,
  payload: unknown,
): StoredJobType | undefined {
  const parsed = schema.safeParse(payload)
  if (!parsed.success) return undefined
  const { unique, ordered } = delivery
  return {
    ...(unique && { unique: { ...unique, key: unique.key(parsed.data) } }),
    ...(ordered && { ordered: ordered(parsed.data) }),
  }
}

/** The job type for publishing: it takes any payload, and its keys are those of the stored one. */
export function jobTypeOfStored(name: string, { unique, ordered }: StoredJobType): JobType {
  return defineJob({
    name,
    title: name,
    payload: z.unknown(),
    delivery: {
      ...(unique && { unique: keyed(unique) }),
      ...(ordered !== undefined && { ordered: () => ordered }),
    },
  })
}

function keyed({ mode, key, window = '1s', maxWait }: NonNullable<StoredJobType['unique']>) {
  const constant = () => key
  return mode === 'debounce'
    ? { mode, key: constant, window, ...(maxWait !== undefined && { maxWait }) }
    : { mode, key: constant }
}
