// A job every morning, and what becomes of the mornings on which no scheduler ran. Needs NATS_URL and DATABASE_URL (migrated).
// See docs/how-to/run-jobs-by-schedule.md.
import { defineSchedule, done, runServices, scheduler, worker } from '@danbooru-jobs/actors'
import { nextDues, Operator } from '@danbooru-jobs/actors/operate'
import { defineJob } from '@danbooru-jobs/contracts'
import { pino } from 'pino'
import { z } from 'zod'

const digest = defineJob({
  name: 'example-digest',
  title: 'Write the digest of a day',
  payload: z.object({ of: z.string() }),
  delivery: { unique: { mode: 'while-queued-or-running', key: ({ of }) => of } },
})
const morning = defineSchedule({
  job: digest,
  payload: { of: 'posts' },
  cron: '0 30 7 * * *',
  timeZone: 'Europe/Berlin',
  overlap: 'skip',
  catchUp: 'last',
})

const written = Promise.withResolvers<string>()
const digestWorker = worker(digest, async ({ of }) => {
  written.resolve(of)
  return done()
})
const services = await runServices([scheduler('example-schedules', [morning]), digestWorker], {
  database: { entities: [] },
  log: pino({ level: 'silent' }),
})

const spring = nextDues(morning.rule, new Date('2026-03-27T12:00:00Z'), 3)
console.log('next:', spring.map((due) => due.toISOString()).join(', '))

const { runtime } = services
const { schedules } = new Operator({ ...runtime, database: runtime.database(), by: 'albert' })
const reference = { set: 'example-schedules', name: morning.name }
console.log('now:', (await schedules.runNow(reference)).status, await written.promise)
await schedules.pause(reference)
for (const { set, name, rule, pausedAt, nextDueAt } of await schedules.list()) {
  if (set !== reference.set) continue
  console.log(name, rule.cron, rule.timeZone, 'paused:', pausedAt !== undefined, 'next:', nextDueAt)
}
await services.stop()

// Output:
// next: 2026-03-28T06:30:00.000Z, 2026-03-29T05:30:00.000Z, 2026-03-30T05:30:00.000Z
// now: accepted posts
// example-digest 0 30 7 * * * Europe/Berlin paused: true next: undefined
