import { setTimeout as delay } from 'node:timers/promises'
import { done, type JobContext, RetryableError, runServices, snooze, worker } from '@danbooru-jobs/actors'
import type { EntityManager } from '@mikro-orm/postgresql'
import { chaosChild, chaosJob, chaosKiller } from './jobs.ts'

/**
 * Writes the effect of a job. The table has no unique key: an effect that happens twice is there twice, and the oracle sees it.
 */
async function effect(em: EntityManager, job: JobContext, n: number): Promise<void> {
  await em.execute('insert into chaos.effects (type, n, job_id, attempt, host) values (?, ?, ?, ?, ?)', [
    job.type,
    n,
    job.id,
    job.attempt,
    String(process.pid),
  ])
}

const big = 'x'.repeat(2_000_000)

/** More than a message of the log holds, and what JSON does not have. */
function sayTooMuch(job: JobContext): void {
  const circular: { self?: unknown } = {}
  circular.self = circular
  job.progress({ big })
  job.progress(circular as never)
  for (let line = 0; line < 1_000; line++) job.note(`${line} ${'y'.repeat(100)}`)
}

const chaosWorker = worker(
  chaosJob,
  async ({ n, behaviour }, job) => {
    if (behaviour === 'flaky' && job.attempt === 1) throw new RetryableError('flaky')
    if (behaviour === 'snoozes' && Date.now() - job.enqueuedAt.getTime() < 300) return snooze('300ms')
    if (behaviour === 'slow') await delay(250)
    if (behaviour === 'loud') sayTooMuch(job)
    await job.transaction(async (em, outbox) => {
      if (!(await job.once(em))) return
      await effect(em, job, n)
      if (behaviour === 'parent') outbox.enqueue(chaosChild, { n }, { id: `chaos-child-${n}` })
    })
    if (behaviour === 'late-failure' && job.attempt === 1) throw new RetryableError('failed after its effect')
    return behaviour === 'loud' ? done({ big }) : done()
  },
  { concurrency: 20 },
)

const childWorker = worker(
  chaosChild,
  async ({ n }, job) => {
    await job.transaction(async (em) => {
      if (await job.once(em)) await effect(em, job, n)
    })
    return done()
  },
  { concurrency: 10 },
)

const killerWorker = worker(chaosKiller, async () => {
  process.kill(process.pid, 'SIGKILL')
  return done()
})

await runServices([chaosWorker, childWorker, killerWorker], { database: { entities: [] } })
