import { done, runServices, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

/** For tests: a job that takes its worker down, and one that does not. */
export const killer = defineJob({
  name: 'killer',
  title: 'Takes its worker down',
  payload: z.object({}),
  delivery: { attempts: 10 },
})

export const busy = defineJob({
  name: 'busy',
  title: 'Computes for a while without giving the event loop a chance',
  payload: z.object({ milliseconds: z.number() }),
})

export const bystander = defineJob({
  name: 'bystander',
  title: 'Does no harm, and takes long enough to be in the hands of a worker that dies',
  payload: z.object({}),
  delivery: { attempts: 10 },
})

export const slow = defineJob({
  name: 'slow',
  title: 'Waits until it is stopped',
  payload: z.object({}),
})

if (process.argv[1] === import.meta.filename) {
  await runServices([
    worker(killer, async () => process.kill(process.pid, 'SIGKILL') && done()),
    worker(busy, async ({ milliseconds }, job) => {
      job.log.info('computing')
      const until = performance.now() + milliseconds
      while (performance.now() < until);
      return done()
    }),
    worker(bystander, async (_, job) => {
      await new Promise((resolve) => setTimeout(resolve, 200))
      job.log.info('bystander done')
      return done()
    }),
    worker(slow, async (_, job) => {
      job.log.info('waiting')
      await new Promise((_resolve, reject) => {
        job.signal.addEventListener('abort', () => reject(job.signal.reason))
      })
    }),
  ])
}
