import type { BackOff } from '@danbooru-jobs/contracts'
import { backOffDelay, type JobAddress } from '@danbooru-jobs/contracts/wire'
import type { Parked } from '../admission/parking.ts'
import { boundedJson } from '../outcome/bounded-json.ts'
import type { Json, Outcome } from '../outcome/outcome.ts'

/** How often in a row a job may take its worker down before it is quarantined. */
export const crashLimit = 3

/**
 * Whether the next crash quarantines the job. The final attempt before quarantine runs in isolation: the jobs that a crashed
 * worker held are redelivered together with the one that crashed it, and would be blamed for its next crash.
 */
export function isLastChance(start: Start): boolean {
  return start.kind === 'start' && start.crashes === crashLimit - 1
}

/** What is known about a delivery before its handler is started. */
export interface Delivered {
  /** How often the server has delivered this message, this time included. */
  readonly deliveries: number
  /** Attempts used before this message was published (header `Job-Attempts`). */
  readonly attemptsBefore: number
  /** The last report about this message, if there was an earlier delivery. */
  readonly lastReport: LastReport | undefined
  /** How many earlier deliveries certainly reached no handler, see {@link lostDeliveries}. Default 0. */
  readonly lost?: number
}

/** Whether jobs of this type report their start even at the first delivery: with one attempt only, a guess would decide. */
export function announcesFirstStart(limit: { readonly attempts: number }): boolean {
  return limit.attempts === 1
}

/**
 * How many earlier deliveries of a message reached no handler: a worker reports the start of every later attempt before it starts
 * the handler, so a delivery without a report was lost with the connection, or with a worker that had not started it. The first
 * delivery is taken for an attempt unless its start is reported too.
 */
export function lostDeliveries(
  { deliveries, attemptsBefore, lastReport }: Delivered,
  limit: { readonly attempts: number },
): number {
  if (lastReport?.kind === 'parked') return 0
  const silent = announcesFirstStart(limit) ? 0 : 1
  const begun = lastReport === undefined ? silent : lastReport.attempt - attemptsBefore
  return Math.max(0, deliveries - 1 - begun)
}

/** The last thing a worker reported about a message. `parked`: the job continues as a newer message. */
export interface LastReport {
  readonly kind: 'started' | 'running' | 'failed' | 'parked'
  readonly attempt: number
  readonly host: string
  /** Crashes in a row up to the start of that attempt. */
  readonly crashes: number
}

/** Whether a delivered job may start, and as which attempt. */
export type Start =
  | { readonly kind: 'start'; readonly attempt: number; readonly crashes: number }
  | { readonly kind: 'refuse'; readonly attempt: number; readonly reason: string }
  /** The server's count of deliveries is not that of attempts any more: the job is published again with the attempts it has used. */
  | { readonly kind: 'put-back'; readonly attempt: number }
  /** The job continues as a newer message; its worker died before it could acknowledge this one. */
  | { readonly kind: 'drop'; readonly attempt: number }

/**
 * Decides whether a delivered job starts. An attempt that started and did not report its end crashed its worker: it counts, and
 * after {@link crashLimit} of them in a row the job is quarantined. A job whose attempts are used up is discarded.
 */
export function decideStart(delivered: Delivered, limit: { readonly attempts: number }): Start {
  const { attemptsBefore, deliveries, lost = 0 } = delivered
  const attempt = attemptsBefore + deliveries - lost
  if (delivered.lastReport?.kind === 'parked') return { kind: 'drop', attempt }
  const crashes = crashesInARow(delivered)
  const on = delivered.lastReport ? ` (last on ${delivered.lastReport.host})` : ''
  if (crashes >= crashLimit) {
    return {
      kind: 'refuse',
      attempt,
      reason: `crashed: the job took its worker down ${crashes} times in a row${on}`,
    }
  }
  if (lost > 0) return { kind: 'put-back', attempt }
  if (attempt > limit.attempts) {
    const reason = `attempts-exhausted: attempt ${attempt - 1} of ${limit.attempts} ended with its worker${on}`
    return { kind: 'refuse', attempt, reason }
  }
  return { kind: 'start', attempt, crashes }
}

/**
 * The start of a first delivery may go unreported; every later one is reported before it starts. So a later delivery without a
 * report crashed no worker: it was lost, or its worker died of something else before it started.
 */
function crashesInARow(delivered: Delivered): number {
  if (delivered.deliveries <= 1) return 0
  const last = delivered.lastReport
  if (last === undefined) return 1
  return last.kind === 'failed' ? 0 : last.crashes + 1
}

/** What becomes of a job's message: at the end of an attempt or, for the last three, instead of one. */
export type Settlement =
  | { readonly kind: 'ack'; readonly result: Json | undefined }
  | { readonly kind: 'retry'; readonly delay: number; readonly error: Error }
  /** The attempt does not count. */
  | {
      readonly kind: 'put-back'
      readonly delay: number
      readonly attemptsUsed: number
      readonly reason: string
    }
  | {
      readonly kind: 'term'
      readonly state: 'discarded' | 'cancelled'
      readonly reason: string
      readonly error: Error | undefined
    }
  /** It frees its unique key and starts at an address of its own. */
  | { readonly kind: 'move'; readonly address: JobAddress }
  /** It waits until a limit has room for it. */
  | { readonly kind: 'park'; readonly parked: Parked }
  /** A newer message of the same job is stored. */
  | { readonly kind: 'drop' }

/** The parts of a job type's delivery that decide about retries. */
export interface RetryPolicy {
  readonly attempts: number
  readonly backOff: BackOff
}

/** Decides what becomes of a job whose attempt ended with `outcome`. */
export function decideSettlement(
  outcome: Outcome,
  attempt: number,
  policy: RetryPolicy,
  random: number,
): Settlement {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'ack', result: boundedResult(outcome.result) }
    case 'retry':
      return afterFailure(outcome.error, outcome.after, attempt, policy, random)
    case 'snooze':
      return {
        kind: 'put-back',
        delay: outcome.after,
        attemptsUsed: attempt - 1,
        reason: outcome.reason ?? 'snoozed',
      }
    case 'cancel':
      return { kind: 'term', state: 'cancelled', reason: `cancelled: ${outcome.reason}`, error: undefined }
    case 'discard':
      return { kind: 'term', state: 'discarded', reason: outcome.reason, error: outcome.error }
    default:
      return outcome satisfies never
  }
}

/** How much of a result is kept and passed on, characters of JSON. */
const mostResult = 64_000

function boundedResult(result: Json | undefined): Json | undefined {
  return result === undefined ? undefined : (boundedJson(result, mostResult) as Json)
}

function afterFailure(
  error: Error,
  after: number | undefined,
  attempt: number,
  policy: RetryPolicy,
  random: number,
): Settlement {
  if (attempt >= policy.attempts) {
    const reason = `attempts-exhausted: attempt ${attempt} of ${policy.attempts} failed with ${error.name}: ${error.message}`
    return { kind: 'term', state: 'discarded', reason, error }
  }
  const delay =
    after === undefined ? backOffDelay(policy.backOff, attempt, random) : Math.max(1, Math.ceil(after))
  return { kind: 'retry', delay, error }
}
