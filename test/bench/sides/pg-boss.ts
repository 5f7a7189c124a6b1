import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { type Payload, required, type Side } from './side.ts'

const queue = 'bench'

const batchSize = 100

/**
 * pg-boss as its guide sets it up for throughput: LISTEN/NOTIFY, and batches that are fetched one after the other as long as they
 * come back full. (By default it fetches one job every two seconds.) Finished jobs are kept 7 days, as ours are.
 */
export async function pgBoss(): Promise<Side> {
  const connectionString = required('DATABASE_URL')
  const boss = new PgBoss({ connectionString, schema: 'pgboss', useListenNotify: true, max: 10 })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue(queue, { notify: true })
  const pool = new pg.Pool({ connectionString, max: 1 })
  return {
    prepare: async () => undefined,
    async publish(payload) {
      await boss.send(queue, payload)
    },
    async publishBatch(payloads) {
      await boss.insert(
        queue,
        payloads.map((data) => ({ data })),
      )
    },
    async work(concurrency, onJob) {
      const localConcurrency = Math.max(1, Math.round(concurrency / batchSize))
      const options = { batchSize, localConcurrency, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true }
      await boss.work<Payload>(queue, options, async (jobs) => {
        for (const { data } of jobs) onJob(data)
      })
      const isEmpty = async () => {
        const { rows } = await pool.query(
          "select 1 from pgboss.job where name = $1 and state < 'completed' limit 1",
          [queue],
        )
        return rows.length === 0
      }
      return { isEmpty, stop: () => boss.offWork(queue) }
    },
    async close() {
      await pool.end()
      await boss.stop({ graceful: false })
    },
  }
}
