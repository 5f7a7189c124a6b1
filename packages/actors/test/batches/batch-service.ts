import { batches, done, outboxRelay, runServices, worker } from '@danbooru-jobs/actors'
import { batchSummary, defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

export const part = defineJob({
  name: 'part',
  title: 'One of many',
  payload: z.object({ n: z.number() }),
  delivery: { attempts: 50 },
})

export const whole = defineJob({
  name: 'whole',
  title: 'Hears that all have ended',
  payload: z.object({ batch: batchSummary.optional() }),
  delivery: { attempts: 50 },
})

/** For tests: everything that a batch needs, in a process that is killed. */
if (process.argv[1] === import.meta.filename) {
  await runServices(
    [
      batches,
      outboxRelay,
      worker(part, async () => done()),
      worker(whole, async ({ batch }, job) => {
        await job.transaction(async (em) => {
          if (!(await job.once(em))) return
          await em.execute('insert into reported (id, total, done) values (?, ?, ?)', [
            batch?.id,
            batch?.total,
            batch?.done,
          ])
        })
        return done()
      }),
    ],
    { database: { entities: [] } },
  )
}
