import { createHash } from 'node:crypto'
import type { JobType } from '@danbooru-jobs/contracts'
import { placeOf, subjects, subjectToken } from '@danbooru-jobs/contracts/wire'
import type { Runtime } from '../runtime/runtime.ts'
import { waitingPlace } from './park.ts'

/** One limit as the database is asked about it. */
export type AskedLimit =
  | { readonly name: string; readonly key: string; readonly max: number }
  /** `step`: milliseconds between two starts. */
  | { readonly name: string; readonly key: string; readonly step: number; readonly burst: number }

/** What a job needs before it may start. */
export interface Claim {
  readonly limits: readonly AskedLimit[]
  /** Jobs of one lane need the same, and wait in a row. */
  readonly lane: string
  /** Where the job waits if it may not start. */
  readonly parking: string
  /** The subject of the jobs of an ordered key that are not parked; undefined for a type that is not ordered. */
  readonly queue: string | undefined
}

/** Whether jobs of this type have to ask before they start. */
export function asksBeforeStart(type: JobType): boolean {
  return type.delivery.limits.length > 0 || type.delivery.ordered !== undefined
}

/** @throws Error if the process has no database to keep the limits in. */
export function requireDatabaseForLimits(runtime: Pick<Runtime, 'limits' | 'database'>, type: JobType): void {
  if (!asksBeforeStart(type) || runtime.limits) return
  try {
    runtime.database()
  } catch (error) {
    throw new Error(
      `${type.name} has limits or an order, which are kept in a database: give runServices a database definition`,
      { cause: error },
    )
  }
}

/**
 * What a job has to ask for.
 *
 * An ordered key is a limit of one job at a time whose jobs are called by their rank.
 */
export function claimOf(type: JobType, payload: unknown, subject: string, jobId: string): Claim {
  const { limits, ordered, fairBy, unique } = type.delivery
  if (ordered !== undefined) {
    const key = subjectToken(ordered(payload))
    const queue = orderedQueue(type, key)
    return {
      limits: [{ name: orderedName(type), key, max: 1 }],
      lane: laneOf([type.name, key]),
      parking: waitingPlace(subject, jobId, subject === queue),
      queue,
    }
  }
  const asked = limits.map(({ name, key, max, rate }): AskedLimit => {
    const bucket = { name, key: shortKey(key(payload)) }
    return rate === undefined
      ? { ...bucket, max: max ?? 1 }
      : { ...bucket, step: rate.interval, burst: rate.burst }
  })
  const keys = asked.flatMap(({ name, key }) => [name, key])
  const shared = unique?.mode === 'debounce' && placeOf(subject).split('.').length === 2
  return {
    limits: asked,
    lane: laneOf([type.name, fairBy?.(payload) ?? '', ...keys]),
    parking: waitingPlace(subject, jobId, shared),
    queue: undefined,
  }
}

/** The name of the limit that keeps a type's keys in order. No declared limit can have it. */
export function orderedName(type: JobType): string {
  return `ordered:${type.name}`
}

/** The subject of the jobs of an ordered key, as the limit knows the key, that are not parked. */
export function orderedQueue(type: JobType, key: string): string {
  return subjects.jobAt(`${type.name}.${key}`)
}

/** Keys are shown to people and stand in an index: a long one is cut and keeps a digest. */
export function shortKey(key: string): string {
  return key.length <= 200 ? key : `${key.slice(0, 150)}~${digest(key)}`
}

function laneOf(parts: readonly string[]): string {
  return digest(JSON.stringify(parts))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
