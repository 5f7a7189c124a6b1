// Two job types share the one slot of a process. Needs a nats-server at NATS_URL. See docs/how-to/priorities.md.
import { done, runServices, worker } from '@danbooru-jobs/actors'
import { JobControl } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { connectPublisher, defineJob, type JobType } from '@danbooru-jobs/contracts'
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
const services = await runServices(
  [
    worker(first, async () => {
      began.resolve()
      await goOn.promise
      return done()
    }),
    worker(urgent, async ({ n }) => {
      // Jobs this short are over before the next one is fetched; longer ones need not wait for it.
      if (n < 10) await atHand(urgent, 2)
      return note('urgent')
    }),
    worker(patient, async () => note('patient')),
  ],
  { settings: { maxThreads: 1 }, log: pino({ level: 'silent' }) },
)
const { nats, js, jsm } = services.runtime
const control = new JobControl(nats, js, jsm, systemClock)
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })

function note(name: string) {
  order.push(name)
  if (order.length === 12) all.resolve()
  return done()
}

/** Resolves when the process runs or holds so many jobs of a type. */
async function atHand(type: JobType, count: number): Promise<void> {
  while ((await control.running(type.name)).length < count) await new Promise(setImmediate)
}

await publisher.enqueue(first, { n: 0 })
await began.promise
for (const n of [1, 2]) await publisher.enqueue(patient, { n })
await atHand(patient, 1)
for (let n = 1; n <= 10; n++) await publisher.enqueue(urgent, { n })
await atHand(urgent, 1)
goOn.resolve()
await all.promise
console.log(
  'the patient ones ran at',
  order.flatMap((name, index) => (name === 'patient' ? [index + 1] : [])),
)

await publisher.close()
await services.stop()

// Output:
// the patient ones ran at [ 5, 10 ]
