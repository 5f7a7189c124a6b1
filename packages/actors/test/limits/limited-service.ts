import { done, runServices, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

const payload = z.object({ n: z.number() })

/** For tests: three kinds of jobs that one may not run as one likes, in a process that is killed. Each notes its start and end. */
export const limited = defineJob({
  name: 'limited',
  title: 'At most two at once',
  payload,
  delivery: { attempts: 50, limits: [{ name: 'limited', max: 2 }] },
})

export const inOrder = defineJob({
  name: 'in-order',
  title: 'Strictly in order',
  payload,
  delivery: { attempts: 50, ordered: ({ n }) => `k${n % 2}` },
})

export const oneAndOne = defineJob({
  name: 'one-and-one',
  title: 'One running, one queued',
  payload,
  delivery: {
    attempts: 50,
    unique: { mode: 'while-queued', key: ({ n }) => `k${n % 3}` },
    limits: [{ name: 'one-and-one', key: ({ n }) => `k${n % 3}`, max: 1 }],
  },
})

if (process.argv[1] === import.meta.filename) {
  const note = (type: typeof limited | typeof inOrder | typeof oneAndOne) =>
    worker(type, async ({ n }, job) => {
      await job.transaction(async (em) => {
        await em.execute(`insert into runs (type, n, job_id, began) values (?, ?, ?, clock_timestamp())`, [
          job.type,
          n,
          job.id,
        ])
      })
      await new Promise((resolve) => setImmediate(resolve))
      await job.transaction(async (em) => {
        await em.execute(`update runs set ended = clock_timestamp() where job_id = ? and ended is null`, [
          job.id,
        ])
      })
      return done()
    })
  await runServices([note(limited), note(inOrder), note(oneAndOne)], { database: { entities: [] } })
}
