// Two job types share the one slot of a process. Needs a nats-server at NATS_URL. See docs/how-to/share-a-process.md.
import { done, runServices, worker } from '@danbooru-jobs/actors'
import { connectPublisher, defineJob } from '@danbooru-jobs/contracts'
import { pino } from 'pino'
import { z } from 'zod'

const payload = z.object({ n: z.int() })
const urgent = defineJob({ name: 'example-urgent', title: 'Soon', payload, delivery: { priority: -10 } })
const patient = defineJob({
  name: 'example-patient',
  title: 'Some time',
  payload,
  delivery: { priority: 10 },
})
const first = defineJob({ name: 'example-first', title: 'Holds the slot', payload })

const order: string[] = []
const began = Promise.withResolvers<void>()
const goOn = Promise.withResolvers<void>()
const all = Promise.withResolvers<void>()
const note = (name: string) => async () => {
  order.push(name)
  if (order.length === 12) all.resolve()
  return done()
}
const services = await runServices(
  [
    worker(first, async () => {
      began.resolve()
      await goOn.promise
      return done()
    }),
    worker(urgent, note('urgent'), { concurrency: 10 }),
    worker(patient, note('patient'), { concurrency: 10 }),
  ],
  { settings: { maxThreads: 1 }, log: pino({ level: 'silent' }) },
)
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })
await publisher.enqueue(first, { n: 0 })
await began.promise
for (const n of [1, 2]) await publisher.enqueue(patient, { n })
for (let n = 1; n <= 10; n++) await publisher.enqueue(urgent, { n })
goOn.resolve()
await all.promise
console.log(
  'patient ran at',
  order.flatMap((name, index) => (name === 'patient' ? [index + 1] : [])),
)

await publisher.close()
await services.stop()

// Output:
// patient ran at [ 5, 10 ]
