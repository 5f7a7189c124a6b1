// Many jobs with one call, in bounded memory. Needs a nats-server at NATS_URL. See docs/how-to/enqueue-many-jobs.md.
import { provisionStreams } from '@danbooru-jobs/actors/internal'
import { connectPublisher, defineJob, job } from '@danbooru-jobs/contracts'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { z } from 'zod'

const resize = defineJob({
  name: 'example-resize',
  title: 'Resize a picture',
  payload: z.object({ post: z.int() }),
})

const servers = process.env.NATS_URL ?? 'nats://127.0.0.1:4222'
const connection = await connect({ servers })
await provisionStreams(await jetstreamManager(connection), { replicas: 1 })
const publisher = await connectPublisher({ servers })

/** Any iterable will do: here one that breaks off, as a file or a query may. */
function* pictures(breakOffAt: number) {
  for (let post = 1; post <= 20_000; post++) {
    if (post > breakOffAt) throw new Error(`broke off after ${breakOffAt}`)
    yield job(resize, { post })
  }
}

let stored = 0
const onProgress = ({ processed }: { processed: number }) => {
  stored = processed
}
try {
  await publisher.enqueueMany(pictures(8_250), { id: 'all-pictures', onProgress })
} catch (error) {
  console.log(error instanceof Error ? error.message : error, '— stored:', stored)
}
const { processed, enqueued, duplicates } = await publisher.enqueueMany(pictures(20_000), {
  id: 'all-pictures',
  startAt: stored,
})
console.log('processed:', processed, 'enqueued now:', enqueued, 'duplicates:', duplicates)
// Under the same id nothing is stored twice, also without `startAt`.
const again = await publisher.enqueueMany(
  [1, 2].map((post) => job(resize, { post })),
  { id: 'all-pictures' },
)
console.log('again:', again.enqueued, 'duplicates:', again.duplicates)

await publisher.close()
await connection.close()

// Output:
// broke off after 8250 — stored: 8000
// processed: 20000 enqueued now: 12000 duplicates: 0
// again: 0 duplicates: 2
