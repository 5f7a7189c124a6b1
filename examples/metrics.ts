// What Prometheus sees. Needs a nats-server at NATS_URL. See docs/reference/metrics.md.
import { done, runServices, worker } from '@danbooru-jobs/actors'
import { connectPublisher, defineJob } from '@danbooru-jobs/contracts'
import { pino } from 'pino'
import { z } from 'zod'

const count = defineJob({ name: 'count-sheep', title: 'Count sheep', payload: z.object({ sheep: z.int() }) })

const services = await runServices([worker(count, async () => done())], {
  settings: { healthPort: 0 },
  log: pino({ level: 'silent' }),
})
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })
for (const sheep of [1, 2, 3]) await publisher.enqueue(count, { sheep })
await publisher.enqueue(count, { sheep: 4 }, { delay: '1h', id: 'tomorrow' })
await publisher.cancelDelayed(count, 'tomorrow')

const scrape = async () => (await fetch(`http://127.0.0.1:${services.healthPort}/metrics`)).text()
let metrics = await scrape()
while (!metrics.includes('outcome="done"} 3')) metrics = await scrape()
const shown = metrics.split('\n').filter((line) => /^danbooru_jobs_(attempts|nats_connected)/.test(line))
console.log(shown.join('\n'))

await publisher.close()
await services.stop()

// Output:
// danbooru_jobs_attempts_total{type="count-sheep",outcome="done"} 3
// danbooru_jobs_nats_connected 1
