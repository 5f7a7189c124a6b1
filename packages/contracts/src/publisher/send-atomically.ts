import type { JobRequest } from '../message/job-request.ts'
import { type PreparedJob, prepareJob } from '../message/message.ts'
import { natsHeader } from '../wire/headers.ts'
import { jobAddress, jobTypeOfSubject, scheduledSubject } from '../wire/job-subject.ts'
import { scheduleHeaders } from '../wire/outgoing-message.ts'
import { serverCode } from '../wire/server-code.ts'
import { type AtomicBatchContext, publishAtomicBatch } from './atomic-batch.ts'
import { refusal } from './errors.ts'
import { claimOf, isOccupied, occupantsOf } from './occupants.ts'
import type { AtomicResult } from './results.ts'
import type { SendContext } from './send-job.ts'
import type { ServerReply } from './server-reply.ts'

/**
 * Publishes several jobs or none.
 *
 * If some of them are delayed, the others become schedules that are due at once (they start up to 250 ms later): the
 * job log cannot follow a batch of which it sees a part.
 *
 * @throws RangeError for more than 1,000 jobs; otherwise as `sendJob`.
 */
export async function sendAtomically(
  requests: readonly JobRequest[],
  context: SendContext & AtomicBatchContext,
): Promise<AtomicResult> {
  if (requests.length === 0) return { status: 'accepted', jobs: [] }
  const prepared = requests.map(({ type, payload, options }) =>
    prepareJob(type, payload, options, context.stamp()),
  )
  const twice = keysTwice(prepared)
  if (twice.length > 0) return { status: 'already-queued', refused: twice }
  return sendPrepared(allScheduledOrNone(prepared, context.stamp().now), context)
}

async function sendPrepared(
  jobs: readonly PreparedJob[],
  context: AtomicBatchContext,
): Promise<AtomicResult> {
  const subject = jobs[0]?.message.subject ?? ''
  const messages = jobs.map(({ message }) => message)
  for (let attempt = 1; ; attempt++) {
    const reply = await publishAtomicBatch(messages, context)
    if (reply.kind === 'stored') return accepted(jobs, reply)
    if (reply.kind === 'continue') throw refusal(subject, reply)
    if (reply.code === serverCode.batchDuplicate) return { status: 'duplicate' }
    if (!isOccupied(reply)) throw refusal(subject, reply)
    const found = await occupantsOf(jobs, context.connection)
    const refused = jobs.flatMap(({ id, key }, index) => {
      const occupant = found[index]
      return key === undefined || occupant === undefined || occupant.id === id ? [] : [{ index, key }]
    })
    if (refused.length > 0) return { status: 'already-queued', refused }
    if (found.some((occupant) => occupant !== undefined)) return { status: 'duplicate' }
    // The job that held the key has ended meanwhile.
    if (attempt === 5) throw refusal(subject, reply)
  }
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
  return jobs.flatMap((job, index) => {
    const claim = claimOf(job)
    if (job.key === undefined || claim === undefined) return []
    if (seen.has(claim)) return [{ index, key: job.key }]
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
