import type { JobRequest } from '../message/job-request.ts'
import { type PreparedJob, prepareJob } from '../message/message.ts'
import { PublishTimeoutError } from './errors.ts'
import { isNoResponder } from './leader-change.ts'
import { isOccupied, type Occupant, occupantsOf } from './occupants.ts'
import { checkSize, publishMessage, publishOnce } from './publish.ts'
import type { EnqueueResult } from './results.ts'
import { type Published, resultOf, type SendContext } from './send-job.ts'
import type { ServerReply } from './server-reply.ts'

/** Bytes of jobs that are published and not answered yet, roughly: far less than the server holds for a stream (128 MB). */
const mostInFlight = 8 * 1024 * 1024

/**
 * Publishes jobs side by side on one connection, each answered for itself. The results are in the order of the jobs.
 *
 * All are checked before the first is sent: an invalid or too large payload stores nothing. After any other error some of them may be
 * stored; sent again with the same ids, those are duplicates.
 *
 * Not an atomic batch (ADR-50), because that costs the server about twice as much: it writes each message of a batch twice, and so
 * does the stream that gets the copy for the job log.
 *
 * @throws as `sendJob`
 */
export async function sendChunk(
  requests: readonly JobRequest[],
  context: SendContext,
): Promise<readonly EnqueueResult[]> {
  const jobs = requests.map(({ type, payload, options }) =>
    prepareJob(type, payload, options, context.stamp()),
  )
  for (const { message } of jobs) checkSize(context.connection, message)
  const published = await publishAll(jobs, context)
  const refused = jobs.filter((_job, index) => isRefused(published[index]))
  const occupants = await occupantsOf(refused, context.connection)
  const occupantOf = new Map<PreparedJob, Occupant | undefined>(
    refused.map((job, index) => [job, occupants[index]]),
  )
  return jobs.map((job, index) => resultOf(job, answered(published[index]), occupantOf.get(job)))
}

function isRefused(published: Published | undefined): boolean {
  return published !== undefined && isOccupied(published.reply)
}

function answered(published: Published | undefined): Published {
  if (published === undefined) throw new TypeError('a job of a chunk has no answer')
  return published
}

/** Whatever had no answer or found no leader at first is published again, one after the other. */
async function publishAll(jobs: readonly PreparedJob[], context: SendContext): Promise<readonly Published[]> {
  const first = await publishSideBySide(jobs, context)
  const published: Published[] = []
  for (const [index, job] of jobs.entries()) published.push(await settled(job, first[index], context))
  return published
}

async function settled(
  { message }: PreparedJob,
  result: PromiseSettledResult<ServerReply> | undefined,
  { connection, timeout }: SendContext,
): Promise<Published> {
  if (result?.status === 'fulfilled') return { reply: result.value, repeated: false }
  const repeated = result?.reason instanceof PublishTimeoutError
  if (!repeated && !isNoResponder(result?.reason)) throw result?.reason
  return { reply: await publishMessage(connection, message, timeout), repeated }
}

async function publishSideBySide(
  jobs: readonly PreparedJob[],
  { connection, timeout }: SendContext,
): Promise<readonly PromiseSettledResult<ServerReply>[]> {
  const sent: Promise<ServerReply>[] = []
  const lastOfSubject = new Map<string, Promise<ServerReply>>()
  let inFlight = 0
  for (const { message, keepsOrder } of jobs) {
    if (inFlight > mostInFlight) {
      await Promise.allSettled(sent)
      inFlight = 0
    }
    const before = keepsOrder ? lastOfSubject.get(message.subject) : undefined
    const publish = () => publishOnce(connection, message, timeout)
    const reply = before === undefined ? publish() : before.then(publish)
    if (keepsOrder) lastOfSubject.set(message.subject, reply)
    sent.push(reply)
    inFlight += message.body.length
  }
  return Promise.allSettled(sent)
}
