import { setTimeout as wait } from 'node:timers/promises'
import type { AdmissionRuntime, HeldJob } from './held-job.ts'

/** Why a job leaves the queue without being done; undefined if it is done. */
export type Acknowledgment = string | undefined

const tries = 6

/**
 * Acknowledges a job's message until the server confirms it, for about a minute. Without the confirmation the next job cannot be
 * released now; the sweep, or its schedule, does it later. A connection that breaks takes the answer with it, so it is waited for
 * much shorter than a job may go without a heartbeat.
 */
export async function acknowledgeConfirmed(
  runtime: Pick<AdmissionRuntime, 'ackWait' | 'nats'>,
  job: Pick<HeldJob, 'message' | 'log'>,
  reason?: Acknowledgment,
): Promise<void> {
  const timeout = Math.min(10_000, Math.max(500, runtime.ackWait / 4))
  for (let attempt = 1; ; attempt++) {
    try {
      return await job.message.settleConfirmed(timeout, reason)
    } catch (error) {
      job.log.warn({ err: error }, 'the server has not confirmed the acknowledgment')
      if (attempt === tries || runtime.nats.isClosed()) return
      await wait(250 * 2 ** attempt)
    }
  }
}
