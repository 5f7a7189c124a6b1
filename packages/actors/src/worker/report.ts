import { setTimeout as wait } from 'node:timers/promises'
import {
  cancelRequested,
  type ErrorReport,
  type JobReport,
  jobReport,
  natsHeader,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { ownHeaders } from '../operate/stored-job.ts'
import { JobError } from '../outcome/errors.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import type { LastReport } from './attempt.ts'
import type { JobRun } from './job-run.ts'

/** Writes a line of the job log. Nobody waits for it: the job log does not acknowledge. */
export function report(
  runtime: Runtime,
  run: JobRun,
  kind: JobReport['kind'],
  more: Partial<JobReport> = {},
): void {
  const news = run.takeNews()
  const line: JobReport = {
    kind,
    jobId: run.id,
    jobType: run.type,
    streamSequence: run.message.info.streamSequence,
    attempt: run.attempt,
    host: runtime.host,
    crashes: run.crashes,
    at: runtime.clock.now().toISOString(),
    startedAt: new Date(run.startedAt).toISOString(),
    ...(news.progress !== undefined && { progress: news.progress as JobReport['progress'] }),
    ...(news.lines.length > 0 && { lines: [...news.lines] }),
    ...more,
  }
  runtime.nats.publish(subjects.report(run.type, line.streamSequence), JSON.stringify(line))
}

/** An error as the log keeps it. */
export function describeError(error: Error): ErrorReport {
  return {
    name: error.name,
    message: error.message.slice(0, 10_000),
    ...(error instanceof JobError && { code: error.code }),
    ...(error.stack !== undefined && { stack: error.stack.slice(0, 20_000) }),
  }
}

/**
 * The last thing a worker said about a message: asked only for a message that was delivered before.
 *
 * @returns undefined if nobody said anything, or if what stands there is not a report.
 */
export async function lastReport(
  runtime: Runtime,
  type: string,
  message: DeliveredMessage,
): Promise<LastReport | undefined> {
  const stored = await lastLogged(runtime, subjects.report(type, message.info.streamSequence))
  const parsed = jobReport.safeParse(stored)
  if (!parsed.success || parsed.data.kind === 'ended' || parsed.data.kind === 'parked') return undefined
  const { kind, attempt, host, crashes } = parsed.data
  return { kind, attempt, host, crashes }
}

/** How often, and how long apart (milliseconds), the log is asked whether it has caught up. */
const looks = 50
const lookPause = 100

/**
 * Whether everything that was reported about a message before now can be read: the job log stores in order and acknowledges nothing, so
 * a line of our own is written and looked for. Asked only when a report is missing that should be there.
 *
 * @returns false if the line has not arrived after five seconds.
 */
export async function hasLogCaughtUp(
  runtime: Runtime,
  type: string,
  message: DeliveredMessage,
): Promise<boolean> {
  const subject = subjects.logProbe(type, message.info.streamSequence)
  const id = runtime.newId()
  runtime.nats.publish(subject, JSON.stringify({ id }))
  for (let look = 0; look < looks; look++) {
    const parsed = probe.safeParse(await lastLogged(runtime, subject))
    if (parsed.success && parsed.data.id === id) return true
    await wait(lookPause)
  }
  return false
}

const probe = z.object({ id: z.string() })

/** Why the job is not wanted any more, if somebody said so while its worker was dying. */
export async function cancelWish(
  runtime: Runtime,
  type: string,
  message: DeliveredMessage,
): Promise<string | undefined> {
  const stored = await lastLogged(runtime, subjects.cancelRequest(type, message.info.streamSequence))
  const parsed = cancelRequested.safeParse(stored)
  return parsed.success ? `cancelled: ${parsed.data.reason} (by ${parsed.data.by})` : undefined
}

async function lastLogged(runtime: Runtime, subject: string): Promise<unknown> {
  const stored = await runtime.jsm.direct.getMessage(streamName.jobLog, { last_by_subj: subject })
  return stored?.json()
}

/**
 * Puts a copy of the message into the job log, as the server does for every job but those of a repeating schedule: their headers
 * are instructions that the log would refuse.
 */
export function reportStored(runtime: Runtime, message: DeliveredMessage): void {
  const copied = ownHeaders(message.headers)
  copied.set(natsHeader.stream, message.info.stream)
  copied.set(natsHeader.subject, message.subject)
  copied.set(natsHeader.sequence, String(message.info.streamSequence))
  copied.set(natsHeader.timeStamp, new Date(message.info.storedAt).toISOString())
  runtime.nats.publish(subjects.storedCopy(message.subject), message.data, { headers: copied })
}
