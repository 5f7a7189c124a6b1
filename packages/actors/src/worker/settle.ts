import { jobHeader, natsHeader, subjects } from '@danbooru-jobs/contracts'
import { ownHeaders } from '../control/stored-job.ts'
import type { Settlement } from './attempt.ts'
import type { JobRun } from './job-run.ts'
import { notifyEnded } from './notify.ts'
import { publishUntilStored } from './publish.ts'
import { describeError, report } from './report.ts'
import type { Runtime } from './runtime.ts'

/** Carries a settlement out: reports what is to be kept, tells who waits, and only then answers the server. */
export async function settle(runtime: Runtime, run: JobRun, settlement: Settlement): Promise<void> {
  switch (settlement.kind) {
    case 'ack':
      if (settlement.result !== undefined || run.hasNews)
        report(runtime, run, 'ended', { result: settlement.result as never })
      await notifyEnded(runtime, run, { state: 'done', result: settlement.result })
      return run.message.ack()
    case 'nak': {
      const nextAttemptAt = new Date(runtime.clock.now().getTime() + settlement.delay).toISOString()
      report(runtime, run, 'failed', { error: describeError(settlement.error), nextAttemptAt })
      return run.message.nak(settlement.delay)
    }
    case 'republish':
      await republish(runtime, run, settlement)
      return run.message.ack()
    case 'term':
      if (settlement.error) report(runtime, run, 'failed', { error: describeError(settlement.error) })
      await notifyEnded(runtime, run, { state: settlement.state, reason: settlement.reason })
      return run.message.term(settlement.reason)
    default:
      return settlement satisfies never
  }
}

/**
 * Puts the job back into the queue as a message of its own, with the attempts used so far in a header: the server's count of
 * deliveries cannot be turned back.
 */
async function republish(
  runtime: Runtime,
  run: JobRun,
  back: { readonly delay: number; readonly attemptsUsed: number; readonly reason: string },
): Promise<void> {
  const { message } = run
  const carried = ownHeaders(message.headers)
  carried.set(jobHeader.id, run.id)
  carried.set(jobHeader.attempts, String(back.attemptsUsed))
  carried.set(jobHeader.enqueuedAt, run.enqueuedAt.toISOString())
  carried.set(natsHeader.msgId, `${run.id}:${back.reason}:${message.info.streamSequence}`)
  if (back.delay <= 1) {
    return publishUntilStored(runtime, { subject: message.subject, headers: carried, body: message.data })
  }
  const [, type = run.type, key] = message.subject.split('.')
  const at = new Date(runtime.clock.now().getTime() + back.delay)
  carried.set(natsHeader.schedule, `@at ${at.toISOString()}`)
  carried.set(natsHeader.scheduleTarget, message.subject)
  const subject = key === undefined ? subjects.schedule(type, run.id) : `schedules.${type}.${key}`
  return publishUntilStored(runtime, { subject, headers: carried, body: message.data })
}
