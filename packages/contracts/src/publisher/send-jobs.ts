import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { JobRequest } from '../message/job-request.ts'
import { type PreparedJob, prepareJob, type Stamp } from '../message/message.ts'
import { jobHeader, natsHeader } from '../wire/headers.ts'
import {
  anywhereSubject,
  jobAddress,
  jobTypeOfSubject,
  parseJobSubject,
  scheduledSubject,
} from '../wire/job-subject.ts'
import { scheduleHeaders } from '../wire/outgoing-message.ts'
import { streamName } from '../wire/streams.ts'
import { type BatchContext, type MayCommit, publishBatch } from './batch.ts'
import { PublishRefusedError, PublishTimeoutError } from './errors.ts'
import { publishMessage } from './publish.ts'
import type { AtomicResult, EnqueueResult } from './results.ts'
import { type ServerReply, serverCode } from './server-reply.ts'

/** What sending jobs needs besides the jobs. */
export interface SendContext extends BatchContext {
  readonly stamp: () => Stamp
}

/**
 * Publishes one job. A publish without an answer is repeated once with the same message id.
 *
 * @throws PayloadInvalidError | NoStreamError | NoLeaderError | PayloadTooLargeError | PublishTimeoutError | PublishRefusedError
 */
export async function sendJob(request: JobRequest, context: SendContext): Promise<EnqueueResult> {
  const prepared = prepareJob(request.type, request.payload, request.options, context.stamp())
  const { reply, repeated } = await publishTwice(prepared, context)
  if (reply.kind === 'stored') return enqueued(prepared.id, reply, repeated)
  if (reply.kind === 'continue' || !isOccupied(reply)) throw refusal(prepared.message.subject, reply)
  const [occupant] = await occupants([prepared], context)
  if (occupant?.id === prepared.id) {
    const stored = { stream: streamName.jobs, sequence: occupant.sequence, duplicate: true }
    return enqueued(prepared.id, stored, repeated)
  }
  return { status: 'already-queued', key: prepared.key ?? '' }
}

/**
 * Publishes several jobs or none.
 *
 * If some of them are delayed, the others become schedules that are due at once (they start up to 250 ms later): the
 * job log cannot follow a batch of which it sees a part.
 *
 * @throws RangeError for more than 1,000 jobs; otherwise as {@link sendJob}.
 */
export async function sendJobs(
  requests: readonly JobRequest[],
  context: SendContext,
  mayCommit?: MayCommit,
): Promise<AtomicResult> {
  if (requests.length === 0) return { status: 'accepted', jobs: [] }
  const prepared = requests.map(({ type, payload, options }) =>
    prepareJob(type, payload, options, context.stamp()),
  )
  const twice = keysTwice(prepared)
  if (twice.length > 0) return { status: 'already-queued', refused: twice }
  return sendPrepared(allScheduledOrNone(prepared, context.stamp().now), context, mayCommit)
}

async function sendPrepared(
  jobs: readonly PreparedJob[],
  context: SendContext,
  mayCommit: MayCommit | undefined,
): Promise<AtomicResult> {
  const subject = jobs[0]?.message.subject ?? ''
  for (let attempt = 1; ; attempt++) {
    const reply = await publishBatch(
      jobs.map(({ message }) => message),
      context,
      mayCommit,
    )
    if (reply.kind === 'stored') return accepted(jobs, reply)
    if (reply.kind === 'continue') throw refusal(subject, reply)
    if (reply.code === serverCode.batchDuplicate) return { status: 'duplicate' }
    if (!isOccupied(reply)) throw refusal(subject, reply)
    const found = await occupants(jobs, context)
    const refused = jobs.flatMap(({ id, key }, index) => {
      const occupant = found[index]
      return key === undefined || occupant === undefined || occupant.id === id ? [] : [{ index, key }]
    })
    if (refused.length > 0) return { status: 'already-queued', refused }
    if (found.some((occupant) => occupant !== undefined)) return { status: 'duplicate' }
    // What was in the way has ended meanwhile.
    if (attempt === 5) throw refusal(subject, reply)
  }
}

async function publishTwice(
  { message }: PreparedJob,
  { connection, timeout }: SendContext,
): Promise<{ readonly reply: ServerReply; readonly repeated: boolean }> {
  try {
    return { reply: await publishMessage(connection, message, timeout), repeated: false }
  } catch (error) {
    if (!(error instanceof PublishTimeoutError)) throw error
    return { reply: await publishMessage(connection, message, timeout), repeated: true }
  }
}

function enqueued(
  id: string,
  { stream, sequence, duplicate }: { stream: string; sequence: number; duplicate: boolean },
  repeated: boolean,
): EnqueueResult {
  // What a repeated publish finds is what the first one stored.
  return duplicate && !repeated
    ? { status: 'duplicate', id, sequence }
    : { status: 'accepted', id, stream, sequence }
}

function accepted(
  jobs: readonly PreparedJob[],
  { stream, sequence }: Extract<ServerReply, { kind: 'stored' }>,
): AtomicResult {
  const first = sequence - jobs.length + 1
  return {
    status: 'accepted',
    jobs: jobs.map(({ id }, index) => ({ status: 'accepted', id, stream, sequence: first + index })),
  }
}

/** Inside a batch the server does not see that two messages have the same key: the later ones are refused here. */
function keysTwice(jobs: readonly PreparedJob[]): { index: number; key: string }[] {
  const seen = new Set<string>()
  return jobs.flatMap(({ key, message }, index) => {
    const claim = message.headers[natsHeader.expectedLastSubjectSequenceSubject]
    if (key === undefined || claim === undefined) return []
    if (seen.has(claim)) return [{ index, key }]
    seen.add(claim)
    return []
  })
}

function allScheduledOrNone(jobs: readonly PreparedJob[], now: Date): readonly PreparedJob[] {
  const scheduled = jobs.filter(({ message }) => natsHeader.schedule in message.headers).length
  if (scheduled === 0 || scheduled === jobs.length) return jobs
  return jobs.map((prepared) => scheduledNow(prepared, now))
}

function scheduledNow(prepared: PreparedJob, now: Date): PreparedJob {
  const { message } = prepared
  if (natsHeader.schedule in message.headers) return prepared
  const type = jobTypeOfSubject(message.subject) ?? ''
  return {
    ...prepared,
    message: {
      ...message,
      subject: scheduledSubject(jobAddress(type, prepared.key ?? prepared.id)),
      headers: { ...message.headers, ...scheduleHeaders(now, message.subject) },
    },
  }
}

/** The message that holds each job's key, if any: one request for all of them. */
async function occupants(
  jobs: readonly PreparedJob[],
  { connection }: SendContext,
): Promise<readonly ({ readonly id: string | undefined; readonly sequence: number } | undefined)[]> {
  const claims = jobs.map(({ message }) => message.headers[natsHeader.expectedLastSubjectSequenceSubject])
  const manager: JetStreamManager = await jetstreamManager(connection, { checkAPI: false })
  const asked = claims.filter((claim) => claim !== undefined)
  const found = new Map<string, { id: string | undefined; sequence: number }>()
  const messages = await manager.direct.getLastMessagesFor(streamName.jobs, { multi_last: asked })
  for await (const message of messages) {
    const address = parseJobSubject(message.subject)
    if (address === undefined) continue
    const claim = anywhereSubject(address)
    found.set(claim, { id: message.header.get(jobHeader.id) || undefined, sequence: message.seq })
  }
  return claims.map((claim) => (claim === undefined ? undefined : found.get(claim)))
}

function isOccupied(reply: ServerReply): boolean {
  return (
    reply.kind === 'error' &&
    (reply.code === serverCode.wrongLastSequence || reply.code === serverCode.wrongLastSequenceUnknown)
  )
}

function refusal(subject: string, reply: ServerReply): PublishRefusedError {
  return reply.kind === 'error'
    ? new PublishRefusedError(subject, reply.code, reply.description)
    : new PublishRefusedError(subject, 0, 'unexpected answer')
}
