import { setTimeout as wait } from 'node:timers/promises'
import {
  cancelRequested,
  jobIdOf,
  jobReport,
  jobTypeOfSubject,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import type { Runtime } from '../runtime/runtime.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import type { LastReport } from './attempt.ts'

/** What reading the job log needs of a process. */
type LogReaderRuntime = Pick<Runtime, 'nats' | 'jsm' | 'newId'>

/** The delivered message that is asked about. */
type AskedMessage = Pick<DeliveredMessage, 'subject' | 'info' | 'header'>

/**
 * The last report about a message: asked for only if the message was delivered before.
 *
 * @returns undefined if there is none about this job, or none that can be read.
 */
export async function lastReport(
  runtime: LogReaderRuntime,
  message: AskedMessage,
): Promise<LastReport | undefined> {
  const subject = subjects.report(typeOf(message), message.info.streamSequence)
  const parsed = jobReport.safeParse(await lastLogged(runtime, subject, message.info.storedAt))
  if (!parsed.success || parsed.data.jobId !== idOf(message)) return undefined
  const { kind, attempt, host, crashes } = parsed.data
  return kind === 'ended' ? undefined : { kind, attempt, host, crashes }
}

/** How often, and with which pause (milliseconds), the log is asked whether it has caught up. */
const looks = 50
const lookPause = 100

/**
 * Whether every report that was sent before now can be read: the job log stores in order and acknowledges nothing, so an entry is
 * written and looked for. Asked only if a report is missing that should be there.
 *
 * @returns false if the entry has not arrived after five seconds.
 */
export async function hasLogCaughtUp(runtime: LogReaderRuntime, message: AskedMessage): Promise<boolean> {
  const subject = subjects.logProbe(typeOf(message), message.info.streamSequence)
  const id = runtime.newId()
  runtime.nats.publish(subject, JSON.stringify({ id }))
  for (let look = 0; look < looks; look++) {
    const parsed = probe.safeParse(await lastLogged(runtime, subject, 0))
    if (parsed.success && parsed.data.id === id) return true
    await wait(lookPause)
  }
  return false
}

const probe = z.object({ id: z.string() })

/** Why an operator has cancelled the job, if the request came while its worker was dying. */
export async function cancellation(
  runtime: LogReaderRuntime,
  message: AskedMessage,
): Promise<string | undefined> {
  const subject = subjects.cancelRequest(typeOf(message), message.info.streamSequence)
  const parsed = cancelRequested.safeParse(await lastLogged(runtime, subject, message.info.storedAt))
  if (!parsed.success || parsed.data.jobId !== idOf(message)) return undefined
  return `cancelled: ${parsed.data.reason} (by ${parsed.data.by})`
}

/** How far the clocks of the servers of a cluster may differ, milliseconds. */
const clockSkew = 5_000

/**
 * The last entry of a subject of the job log. The subject names a sequence, which a stream that was deleted and made again gives
 * to another job: an entry that is older than the job is not about it.
 *
 * @param since milliseconds.
 */
async function lastLogged(runtime: LogReaderRuntime, subject: string, since: number): Promise<unknown> {
  const stored = await runtime.jsm.direct.getMessage(streamName.jobLog, { last_by_subj: subject })
  if (stored === null || stored.time.getTime() < since - clockSkew) return undefined
  try {
    return stored.json()
  } catch {
    return undefined
  }
}

function idOf(message: AskedMessage): string {
  return jobIdOf((name) => message.header(name), message.info.streamSequence)
}

function typeOf({ subject }: AskedMessage): string {
  return jobTypeOfSubject(subject) ?? subject
}
