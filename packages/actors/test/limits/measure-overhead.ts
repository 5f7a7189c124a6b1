import { done, type ServiceDefinition, worker } from '@danbooru-jobs/actors'
import { createPublisher, type DeliveryOptions, defineJob, job } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../../test/harness/index.ts'
import { startTestServers } from '../../../../test/runner/servers.ts'
import { makeBed } from '../harness.ts'

/**
 * Measures what a job costs with and without a limit, an order or a unique mode:
 * `npm run measure:limits` (both servers are started and stopped; nothing of it is a test).
 */
const payload = z.object({ n: z.number() })
type Payload = z.output<typeof payload>

const cases: readonly [title: string, jobs: number, delivery: DeliveryOptions<Payload>][] = [
  ['nothing', 5_000, {}],
  ['a limit with room', 5_000, { limits: [{ name: 'room', max: 1_000 }] }],
  ['three limits with room', 5_000, { limits: ['x', 'y', 'z'].map((name) => ({ name, max: 1_000 })) }],
  ['a rate with room', 5_000, { limits: [{ name: 'rate', rate: { max: 100_000, per: '1s' } }] }],
  [
    'a limit of 1 for each of 10 keys, always full',
    500,
    { limits: [{ name: 'full', key: ({ n }) => String(n % 10), max: 1 }] },
  ],
  ['ordered, 10 keys', 500, { ordered: ({ n }) => String(n % 10) }],
  [
    'unique while-queued-or-running',
    5_000,
    { unique: { mode: 'while-queued-or-running', key: ({ n }) => String(n) } },
  ],
  ['unique while-queued', 5_000, { unique: { mode: 'while-queued', key: ({ n }) => String(n) } }],
  ['unique while-queued', 5_000, { unique: { mode: 'while-queued', key: ({ n }) => String(n) } }],
]

await using servers = await startTestServers()
Object.assign(process.env, servers.environment)
await using bed = await makeBed()
const publisher = createPublisher(bed.connection)
console.log(`${'a job type with'.padEnd(50)}jobs/s   ms/job (10 at once, each of them)`)
for (const [index, [title, jobs, delivery]] of cases.entries()) {
  const type = defineJob({ name: `measure-${index}`, title, payload, delivery })
  const counted = { ended: 0 }
  const definition: ServiceDefinition = worker(
    type,
    async () => {
      counted.ended++
      return done()
    },
    { concurrency: 10 },
  )
  const warm = await bed.run([definition])
  await warm.stop()
  await publisher.enqueueMany(Array.from({ length: jobs }, (_, n) => job(type, { n })))
  const begun = performance.now()
  const services = await bed.run([definition])
  await until(() => counted.ended >= jobs, { timeout: 300_000 })
  const took = performance.now() - begun
  await services.stop()
  const perSecond = Math.round((jobs / took) * 1_000)
  console.log(`${title.padEnd(50)}${String(perSecond).padStart(6)}   ${((took / jobs) * 10).toFixed(2)}`)
}
