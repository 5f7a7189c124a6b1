import { createHash } from 'node:crypto'
import type { JobType } from '@danbooru-jobs/contracts'
import {
  addressText,
  type JobAddress,
  queuedSubject,
  refusesSecond,
  storableId,
  storableText,
  subjectToken,
  waitingAddress,
} from '@danbooru-jobs/contracts/wire'

/** One limit as the limit store is asked about it. */
export type AskedLimit =
  | { readonly name: string; readonly key: string; readonly max: number }
  /** `step`: milliseconds between two starts. */
  | { readonly name: string; readonly key: string; readonly step: number; readonly burst: number }

/** What a job needs before it may start. */
export interface Claim {
  readonly limits: readonly AskedLimit[]
  /** Names the waiting queue: jobs that need the same limits wait in one, first come first served. */
  readonly lane: string
  /** The address at which the job waits if it may not start, as text. */
  readonly parking: string
  /** The subject of the jobs of an ordered key that are not parked; undefined for a type that is not ordered. */
  readonly queue: string | undefined
}

/** Whether jobs of this type ask the limit store before they start. */
export function hasLimits(type: JobType): boolean {
  return type.delivery.limits.length > 0 || type.delivery.ordered !== undefined
}

/**
 * What a job has to ask for. An ordered key is a limit of one job at a time whose jobs are released by their rank.
 *
 * @param address where the job's message is.
 */
export function claimOf(type: JobType, payload: unknown, address: JobAddress, jobId: string): Claim {
  const { limits, ordered, fairBy } = type.delivery
  const parking = addressText(parkingAddress(type, address, jobId))
  if (ordered !== undefined) {
    const key = subjectToken(ordered(payload))
    return {
      limits: [{ name: orderedName(type), key, max: 1 }],
      lane: laneOf([type.name, key]),
      parking,
      queue: orderedQueue(type, key),
    }
  }
  const asked = limits.map(({ name, key, max, rate }): AskedLimit => {
    const bucket = { name, key: shortKey(key(payload)) }
    return rate === undefined
      ? { ...bucket, max: max ?? 1 }
      : { ...bucket, step: rate.interval, burst: rate.burst }
  })
  const keys = asked.flatMap(({ name, key }) => [name, key])
  const lane = laneOf([type.name, fairBy?.(payload) ?? '', ...keys])
  return { limits: asked, lane, parking, queue: undefined }
}

/** Where a job of this type can wait as a schedule without replacing another job's. */
export function parkingAddress(type: JobType, address: JobAddress, jobId: string): JobAddress {
  return waitingAddress(address, jobId, refusesSecond(type.delivery.unique?.mode))
}

/** The name of the limit that keeps a type's keys in order. No declared limit can have it. */
export function orderedName(type: JobType): string {
  return `ordered:${type.name}`
}

/** The subject of the jobs of an ordered key that are not parked. The key is a subject token, as the limit knows it. */
export function orderedQueue(type: JobType, key: string): string {
  return queuedSubject({ type: type.name, key })
}

/** Keys are shown to people and are part of an index: a long one is cut and keeps a digest. */
export function shortKey(key: string): string {
  return key.length <= 200 ? storableId(key) : `${storableText(key.slice(0, 150))}~${digest(key)}`
}

function laneOf(parts: readonly string[]): string {
  return digest(JSON.stringify(parts))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
