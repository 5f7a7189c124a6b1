import { randomUUID } from 'node:crypto'
import { jobHeader, natsHeader, streamDeclarations } from '@danbooru-jobs/contracts/wire'
import { jetstream, jetstreamManager, type StreamConfig } from '@nats-io/jetstream'
import { connect, headers } from '@nats-io/transport-node'
import { bare } from './bare.ts'
import { required, type Side } from './side.ts'

const subject = 'jobs.bench-job'

/**
 * The limit for the messages that danbooru-jobs publishes: the same subject, headers and streams, which the server copies to
 * JOB_LOG, in the client's own atomic batches. What a job is otherwise, its schema for example, is left out.
 */
export async function bareJobs(): Promise<Side> {
  const plain = await bare()
  const connection = await connect({ servers: required('NATS_URL') })
  const js = jetstream(connection)
  return {
    ...plain,
    async prepare() {
      const jsm = await jetstreamManager(connection)
      for (const declared of streamDeclarations()) {
        await jsm.streams.add(declared as StreamConfig & typeof declared)
      }
    },
    async publish(payload) {
      await js.publish(subject, JSON.stringify(payload), { headers: headersOfJob() })
    },
    async publishBatch(payloads) {
      const bodies = payloads.map((payload) => JSON.stringify(payload))
      const batch = await js.startBatch(subject, bodies[0] ?? '', { headers: headersOfJob() })
      for (const body of bodies.slice(1, -1)) batch.add(subject, body, { headers: headersOfJob() })
      await batch.commit(subject, bodies.at(-1) ?? '', { headers: headersOfJob() })
    },
    async close() {
      await plain.close()
      await connection.close()
    },
  }
}

function headersOfJob() {
  const id = randomUUID()
  const carried = headers()
  carried.set(natsHeader.msgId, id)
  carried.set(jobHeader.id, id)
  carried.set(jobHeader.enqueuedAt, new Date().toISOString())
  return carried
}
