import { messageHeaders, type Runtime, sendNotices } from '@danbooru-jobs/actors/internal'
import {
  contextOfHeaders,
  endNotices,
  jobIdOf,
  nanoseconds,
  owner,
  queuedFilters,
  serverCode,
  streamName,
} from '@danbooru-jobs/contracts/wire'
import { type ConsumerInfo, JetStreamApiError, type JsMsg } from '@nats-io/jetstream'

/** At most so many jobs of a type are discarded at a time; the rest waits for the next look. */
const batch = 1_000

/**
 * Discards the jobs of a type that are older than the grace period as a worker would: by a consumer that terminates them, so that
 * the job log and the history have the reason. The consumer is deleted at once, so that a service that knows the type finds its
 * subjects free.
 *
 * @param grace milliseconds
 * @returns how many
 */
export async function discardUnknown(runtime: Runtime, type: string, grace: number): Promise<number> {
  const { jsm, js } = runtime
  const info = await takeSubjects(runtime, type)
  if (info === undefined) return 0
  let count = 0
  try {
    const consumer = await js.consumers.get(streamName.jobs, info.name)
    const youngest = runtime.clock.now().getTime() - grace
    for await (const message of await consumer.fetch({ max_messages: batch, expires: 1_000 })) {
      // Messages come in order: the ones that follow are younger.
      if (message.time.getTime() > youngest) break
      await discard(runtime, type, message)
      count++
    }
    if (count > 0) await settled(runtime, info.name)
  } finally {
    await jsm.consumers.delete(streamName.jobs, info.name)
  }
  return count
}

/** Undefined if a service that knows the type has started meanwhile. */
async function takeSubjects({ jsm, newId }: Runtime, type: string): Promise<ConsumerInfo | undefined> {
  try {
    return await jsm.consumers.add(streamName.jobs, {
      name: `type-unknown-${newId()}`,
      description: `Discards jobs of the unknown type ${type}`,
      filter_subjects: [...queuedFilters(type)],
      ack_policy: 'explicit',
      deliver_policy: 'all',
      // Should this process die, the server removes the consumer.
      inactive_threshold: nanoseconds('10s'),
      metadata: { [owner.key]: owner.value },
    })
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === serverCode.consumerNotUnique) return undefined
    throw error
  }
}

/** Notifies the job's batch and its `Job-Notify` subject first: a crash in between loses no notice. */
async function discard(runtime: Runtime, type: string, message: JsMsg): Promise<void> {
  const reason = `type-unknown: no service takes jobs of type ${type}; check the name, or start the service that knows it`
  const { values } = messageHeaders(message)
  const header = (name: string) => values.get(name)?.[0]
  const job = { id: jobIdOf(header, message.seq), type, attempt: 0 }
  const notices = endNotices(header, job, { state: 'discarded', reason }, contextOfHeaders(header))
  for (const undelivered of await sendNotices(runtime.nats, notices)) {
    const { header: name, receiver, reason: problem } = undelivered
    const line = `the end of a job of an unknown type was not reported to ${receiver} (${name})`
    runtime.log.error({ jobId: job.id, jobType: type, reason: problem }, line)
  }
  message.term(reason)
}

/** Waits until the server has carried out every termination: deleting the consumer would overtake them. */
async function settled({ jsm, nats }: Runtime, consumer: string): Promise<void> {
  await nats.flush()
  for (let look = 0; look < 100; look++) {
    const { num_ack_pending: open } = await jsm.consumers.info(streamName.jobs, consumer)
    if (open === 0) return
  }
}
