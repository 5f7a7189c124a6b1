// What an operator can do to jobs and queues, from a program. Needs a nats-server at NATS_URL. See docs/how-to/stop-jobs.md.
import { done, runServices, worker } from '@danbooru-jobs/actors'
import { JobControl, QueueControl, readQueuesOf } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { connectPublisher, defineJob, type EnqueueResult } from '@danbooru-jobs/contracts'
import { pino } from 'pino'
import { z } from 'zod'

const mirror = defineJob({
  name: 'example-mirror',
  title: 'Copy a site',
  payload: z.object({ site: z.string() }),
})

const started = Promise.withResolvers<void>()
const aborted = Promise.withResolvers<string>()
const copied = Promise.withResolvers<string>()
const mirrorWorker = worker(mirror, async ({ site }, job) => {
  if (site !== 'endless') {
    copied.resolve(site)
    return done()
  }
  // Between two pages a handler looks whether it is still wanted: `job.signal.throwIfAborted()`.
  job.signal.addEventListener('abort', () => aborted.resolve(String(job.signal.reason.message)))
  started.resolve()
  await aborted.promise
  job.signal.throwIfAborted()
  return done()
})

const servers = process.env.NATS_URL ?? 'nats://127.0.0.1:4222'
const services = await runServices([mirrorWorker], { log: pino({ level: 'silent' }) })
const publisher = await connectPublisher({ servers })
const { nats, js, jsm } = services.runtime
const jobs = new JobControl(nats, js, jsm, systemClock)
const queues = new QueueControl(nats, jsm, systemClock)
const sequenceOf = (result: EnqueueResult) => ('sequence' in result ? result.sequence : 0)

const running = await publisher.enqueue(mirror, { site: 'endless' }, { id: 'endless' })
await started.promise
const reference = { id: 'endless', type: mirror.name, streamSequence: sequenceOf(running) }
console.log('cancel the running one:', (await jobs.cancel(reference, 'albert', 'takes too long')).kind)
console.log('its handler hears:', await aborted.promise)

await queues.pause(mirror.name)
const waiting = await publisher.enqueue(mirror, { site: 'a' }, { id: 'a' })
await publisher.enqueue(mirror, { site: 'b' })
await publisher.enqueue(mirror, { site: 'c' }, { delay: '1h', id: 'c' })
const [queue] = await readQueuesOf({ nats, jsm, clock: systemClock }, [mirror.name])
console.log(`paused: ${queue?.isPaused}, queued: ${queue?.jobs.queued}, scheduled: ${queue?.jobs.scheduled}`)
const first = { id: 'a', type: mirror.name, streamSequence: sequenceOf(waiting) }
console.log('cancel a waiting one:', (await jobs.cancel(first, 'albert')).kind)
console.log('purged:', await queues.purge(mirror.name, 'albert'))

await queues.resume(mirror.name)
const later = await publisher.enqueue(mirror, { site: 'd' }, { delay: '1h', id: 'd' })
const delayed = { id: 'd', type: mirror.name, streamSequence: sequenceOf(later) }
console.log('run a delayed one now:', (await jobs.runNow(delayed, 0)).kind, await copied.promise)

await publisher.close()
await services.stop()

// Output:
// cancel the running one: aborting
// its handler hears: takes too long (by albert)
// paused: true, queued: 2, scheduled: 1
// cancel a waiting one: removed
// purged: 2
// run a delayed one now: started d
