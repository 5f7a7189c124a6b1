import { runServices, worker } from '@danbooru-jobs/actors'
import { connectPublisher, defineJob, job as request } from '@danbooru-jobs/contracts'
import { jobConsumer, streamDeclarations, streamName } from '@danbooru-jobs/contracts/wire'
import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { pino } from 'pino'
import { z } from 'zod'
import { type Payload, required, type Side } from './side.ts'

/** The job of all sides, as we declare it. */
export const benchJob = defineJob({
  name: 'bench-job',
  title: 'Does nothing',
  payload: z.object({ n: z.number(), sentAt: z.string(), text: z.string() }),
})

/**
 * Our publisher and our worker, all as in production: payloads checked on both ends, ids, history of every job captured in
 * JOB_LOG, heartbeat thread. Only the log level is `warn`: one log line for each job would measure the log.
 */
export async function ours(): Promise<Side> {
  const servers = required('NATS_URL')
  const publisher = await connectPublisher({ servers })
  const connection = await connect({ servers })
  const jsm = await jetstreamManager(connection)
  const isEmpty = async () => {
    const info = await jsm.consumers.info(streamName.jobs, benchJob.name)
    return info.num_pending === 0 && info.num_ack_pending === 0
  }
  return {
    async prepare() {
      for (const declared of streamDeclarations()) {
        await jsm.streams.add(declared as StreamConfig & typeof declared)
      }
      await jsm.consumers.add(streamName.jobs, jobConsumer(benchJob))
    },
    async publish(payload) {
      await publisher.enqueue(benchJob, payload)
    },
    async publishBatch(payloads) {
      await publisher.enqueueAtomically(payloads.map((payload) => request(benchJob, payload)))
    },
    async publishMany(payloads, chunkSize) {
      await publisher.enqueueMany(requests(payloads), { chunkSize })
    },
    async work(concurrency, onJob) {
      const definition = worker(benchJob, async (payload) => void onJob(payload), { concurrency })
      const services = await runServices([definition], {
        settings: { natsUrl: servers, maxThreads: concurrency, logLevel: 'warn' },
        log: pino({ level: process.env.BENCH_LOG_LEVEL ?? 'warn' }),
        handleSignals: false,
      })
      return { isEmpty, stop: () => services.stop() }
    },
    async close() {
      await publisher.close()
      await connection.close()
    },
  }
}

function* requests(payloads: Iterable<Payload>) {
  for (const payload of payloads) yield request(benchJob, payload)
}
