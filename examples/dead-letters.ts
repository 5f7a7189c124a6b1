// Discarded jobs, and how they are redriven once the cause is fixed. Needs NATS_URL and DATABASE_URL (migrated).
// See docs/how-to/redrive-dead-letters.md.
import { discard, done, runServices, worker } from '@danbooru-jobs/actors'
import { Operator } from '@danbooru-jobs/actors/operate'
import { connectPublisher, defineJob } from '@danbooru-jobs/contracts'
import { jobHistory } from '@danbooru-jobs/job-history'
import { outboxRelay } from '@danbooru-jobs/outbox-relay'
import { pino } from 'pino'
import { z } from 'zod'

const sendMail = defineJob({
  name: 'example-send-mail',
  title: 'Send a mail',
  payload: z.object({ to: z.string() }),
})

let isMended = false
const sendWorker = worker(sendMail, async ({ to }) =>
  isMended ? done() : discard(`no mail server for ${to}`),
)

// In production `job-history` and `outbox-relay` are services of their own.
const services = await runServices([sendWorker, jobHistory, outboxRelay], {
  database: { entities: [] },
  log: pino({ level: 'silent' }),
})
const { runtime } = services
const { jobs, audit } = new Operator({ ...runtime, database: runtime.database(), by: 'albert' })
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })
const mine = { types: [sendMail.name] }

async function until(state: 'discarded' | 'done', count: number): Promise<void> {
  while ((await jobs.count({ ...mine, states: [state] })) < count) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

for (const to of ['albert', 'evazion', 'nobody']) await publisher.enqueue(sendMail, { to }, { id: to })
await until('discarded', 3)

isMended = true
const filter = { ...mine, error: 'no mail server' }
const looked = await jobs.redrive(filter, { dryRun: true })
console.log('would redrive:', looked.jobs.length)
const one = await jobs.redrive({ jobIds: ['nobody'] })
console.log('redriven:', one.jobs[0]?.id, '—', one.jobs[0]?.reason)
await until('done', 1)
const rest = await jobs.redrive(filter, { perSecond: 100 })
console.log('redriven:', rest.jobs.map(({ id }) => id).sort())
await until('done', 3)
console.log('attempts since the redrive:', (await jobs.show('nobody')).job.attempts)
const [newest] = await audit.list()
console.log('in the audit:', newest?.by, newest?.action)

await publisher.close()
await services.stop()

// Output:
// would redrive: 3
// redriven: nobody — discarded: no mail server for nobody
// redriven: [ 'albert', 'evazion' ]
// attempts since the redrive: 1
// in the audit: albert jobs.redrive
