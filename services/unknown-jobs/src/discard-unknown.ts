import type { Runtime } from '@danbooru-jobs/actors/internal'
import {
  jobEndedMessage,
  jobHeader,
  jobIdOf,
  nanoseconds,
  owner,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import { type ConsumerInfo, JetStreamApiError, type JsMsg } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'

/** Jobs discarded at one look at most; the rest waits for the next one. */
const batch = 1_000

/** The server's code for a consumer on subjects that another one takes already. */
const notUnique = 10100

/**
 * Discards the jobs of a type that are older than the grace period, the way a worker would: by a consumer that terminates them,
 * so that the job log and the history say why. The consumer is there for this moment only; a service that knows the type finds
 * its subjects free.
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
      // In the order in which they came: whatever follows is younger still.
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

/** Undefined when a service has come to know the type just now. */
async function takeSubjects({ jsm, newId }: Runtime, type: string): Promise<ConsumerInfo | undefined> {
  try {
    return await jsm.consumers.add(streamName.jobs, {
      name: `type-unknown-${newId()}`,
      description: `Discards jobs of the unknown type ${type}`,
      filter_subjects: subjects.jobFilters(type),
      ack_policy: 'explicit',
      deliver_policy: 'all',
      // Should this process die, the server removes the consumer.
      inactive_threshold: nanoseconds('10s'),
      metadata: { [owner.key]: owner.value },
    })
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === notUnique) return undefined
    throw error
  }
}

async function discard(runtime: Runtime, type: string, message: JsMsg): Promise<void> {
  const reason = `type-unknown: no service takes jobs of type ${type}; check the name, or start the service that knows it`
  const header = (name: string) => message.headers?.get(name) || undefined
  const notify = header(jobHeader.notify)
  if (notify !== undefined) {
    const jobId = jobIdOf(header, message.seq)
    const told = jobEndedMessage(notify, { type: 'job.discarded', jobId, jobType: type, attempt: 0, reason })
    const carried = headers()
    for (const [name, value] of Object.entries(told.headers)) carried.set(name, value)
    await runtime.js.publish(told.subject, told.body, { headers: carried })
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
