import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import pg from 'pg'
import { type Payload, required, type Side } from './side.ts'

const task = 'bench'
const silent = new Logger(() => () => undefined)

/**
 * graphile-worker. Batched means the settings of its own performance page: a local queue of 500 and completions written together
 * without delay. A job that succeeds is deleted; it has no way to keep it.
 */
export async function graphileWorker(batched: boolean): Promise<Side> {
  const connectionString = required('DATABASE_URL')
  const utils = await makeWorkerUtils({ connectionString, logger: silent })
  const pool = new pg.Pool({ connectionString, max: 1 })
  return {
    prepare: () => utils.migrate(),
    async publish(payload) {
      await utils.addJob(task, payload)
    },
    async publishBatch(payloads) {
      await utils.addJobs(payloads.map((payload) => ({ identifier: task, payload })))
    },
    async work(concurrency, onJob) {
      const batching = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
      const runner = await run({
        connectionString,
        concurrency,
        maxPoolSize: concurrency + 2,
        logger: silent,
        noHandleSignals: true,
        taskList: { [task]: async (payload) => onJob(payload as Payload) },
        preset: { worker: batched ? batching : {} },
      })
      const isEmpty = async () => {
        const { rows } = await pool.query('select 1 from graphile_worker._private_jobs limit 1')
        return rows.length === 0
      }
      return { isEmpty, stop: () => runner.stop() }
    },
    async close() {
      await pool.end()
      await utils.release()
    },
  }
}
