import { setTimeout as wait } from 'node:timers/promises'
import { cancelRequested, jobReport, streamName, subjects } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import type { Runtime } from '../runtime/runtime.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import type { LastReport } from './attempt.ts'

/** What reading the job log needs of a process. */
type LogReaderRuntime = Pick<Runtime, 'nats' | 'jsm' | 'newId'>

/**
 * The last report about a message: asked for only if the message was delivered before.
 *
 * @returns undefined if there is none, or none that can be read.
 */
export async function lastReport(
  runtime: LogReaderRuntime,
  type: string,
  message: DeliveredMessage,
): Promise<LastReport | undefined> {
  const stored = await lastLogged(runtime, subjects.report(type, message.info.streamSequence))
  const parsed = jobReport.safeParse(stored)
  if (!parsed.success || parsed.data.kind === 'ended' || parsed.data.kind === 'parked') return undefined
  const { kind, attempt, host, crashes } = parsed.data
  return { kind, attempt, host, crashes }
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
export async function hasLogCaughtUp(
  runtime: LogReaderRuntime,
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

/** Why an operator has cancelled the job, if the request came while its worker was dying. */
export async function cancellation(
  runtime: LogReaderRuntime,
  type: string,
  message: DeliveredMessage,
): Promise<string | undefined> {
  const stored = await lastLogged(runtime, subjects.cancelRequest(type, message.info.streamSequence))
  const parsed = cancelRequested.safeParse(stored)
  return parsed.success ? `cancelled: ${parsed.data.reason} (by ${parsed.data.by})` : undefined
}

async function lastLogged(runtime: LogReaderRuntime, subject: string): Promise<unknown> {
  const stored = await runtime.jsm.direct.getMessage(streamName.jobLog, { last_by_subj: subject })
  return stored?.json()
}
