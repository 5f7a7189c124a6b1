import { setTimeout as wait } from 'node:timers/promises'
import type { Runtime } from '../runtime/runtime.ts'
import type { JobRun } from '../worker/job-run.ts'

const tries = 6

/**
 * Says it again until the server confirms it, for about a minute. Without the server's word nobody can be called now; the sweep, or
 * its schedule, calls the next job later. A connection that breaks takes the answer with it, so it is waited for much shorter than a
 * job may go without a sign of life.
 */
export async function leaveForCertain(runtime: Runtime, run: JobRun, reason?: string): Promise<void> {
  const timeout = Math.min(10_000, Math.max(500, runtime.ackWait / 4))
  for (let attempt = 1; ; attempt++) {
    try {
      return await run.message.leave(timeout, reason)
    } catch (error) {
      run.log.warn({ err: error }, 'the server has not confirmed that the job is off the queue')
      if (attempt === tries || runtime.nats.isClosed()) return
      await wait(250 * 2 ** attempt)
    }
  }
}
