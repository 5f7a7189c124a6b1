import { type Consumer, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { type Payload, required, type Side } from './side.ts'

const stream = 'BARE'
const subject = 'bare.job'

/**
 * The limit: NATS's own client and a plain work queue, with none of what a job system adds. Publishing is `js.publish`, or the
 * client's own atomic batch; working is `consume()` and `ack()`, and JSON.parse of the body.
 */
export async function bare(): Promise<Side> {
  const connection = await connect({ servers: required('NATS_URL') })
  const js = jetstream(connection)
  const jsm = await jetstreamManager(connection)
  const isEmpty = async (consumer: Consumer) => {
    const info = await consumer.info()
    return info.num_pending === 0 && info.num_ack_pending === 0
  }
  return {
    async prepare() {
      await jsm.streams.add({ name: stream, subjects: [subject], retention: 'workqueue', allow_atomic: true })
      await jsm.consumers.add(stream, {
        durable_name: 'bare',
        ack_policy: 'explicit',
        max_ack_pending: 100_000,
      })
    },
    async publish(payload) {
      await js.publish(subject, JSON.stringify(payload))
    },
    async publishBatch(payloads) {
      const bodies = payloads.map((payload) => JSON.stringify(payload))
      const batch = await js.startBatch(subject, bodies[0] ?? '')
      for (const body of bodies.slice(1, -1)) batch.add(subject, body)
      await batch.commit(subject, bodies.at(-1) ?? '')
    },
    async work(_concurrency, onJob) {
      const consumer = await js.consumers.get(stream, 'bare')
      const messages = await consumer.consume({ max_messages: 1_000 })
      void (async () => {
        for await (const message of messages) {
          onJob(message.json<Payload>())
          message.ack()
        }
      })()
      return { isEmpty: () => isEmpty(consumer), stop: async () => void (await messages.close()) }
    },
    close: () => connection.close(),
  }
}
