/**
 * How fast the history follows a queue that runs: publishes jobs, consumes and acknowledges them with a bare loop, and asks all the
 * while how far behind the history is. With `replay` the history starts when the queue has ended: its speed alone.
 *
 * `node --conditions=danbooru-jobs-source services/job-history/bench/follow.ts [jobs=200000] [jobs a second, 0 for as fast as it goes] [replay]`;
 * nats-server must be on the PATH. CPU seconds are printed beside the wall clock, because a busy machine stretches only the latter.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runServices } from '@danbooru-jobs/actors'
import pg from 'pg'
import { pino } from 'pino'
import { startNatsServer, startPostgres } from '../../../infra/src/index.ts'
import { migrateDatabase } from '../../../infra/src/migrate.ts'
import { until } from '../../../test/harness/until.ts'
import { jobHistory } from '../src/job-history.ts'

const jobs = Number(process.argv[2] ?? 200_000)
const rate = Number(process.argv[3] ?? 0)
const isReplay = process.argv[4] === 'replay'
const folder = await mkdtemp(join(tmpdir(), 'job-history-bench-'))
const nats = await startNatsServer({ binary: 'nats-server', dataDir: join(folder, 'nats'), config: '' })
const postgres = await startPostgres({ dataDir: join(folder, 'postgres', 'data') })
await migrateDatabase(postgres.url)
const pool = new pg.Pool({ connectionString: postgres.url, max: 1 })

const start = () =>
  runServices([jobHistory], {
    database: { entities: [] },
    settings: { natsUrl: nats.url, databaseUrl: postgres.url },
    log: pino({ level: 'warn' }),
    handleSignals: false,
  })
const provisioning = await start()
await provisioning.stop()
let service = isReplay ? undefined : await start()

const load = fileURLToPath(new URL('load.ts', import.meta.url))
const began = performance.now()
const lags: number[] = []
const sampling = setInterval(() => lags.push(Number(stats()?.secondsBehind ?? 0)), 100)
const child = spawn(
  process.execPath,
  ['--conditions=danbooru-jobs-source', load, nats.url, `${jobs}`, `${rate}`],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
  },
)
await new Promise((resolve) => child.once('close', resolve))
const queueSeconds = seconds(began)
const replayed = performance.now()
service ??= await start()
const cpuBefore = isReplay ? process.cpuUsage() : { user: 0, system: 0 }
await until(async () => (await countDone()) === jobs, {
  timeout: 600_000,
  what: 'the history to be complete',
})
clearInterval(sampling)
const cpu = process.cpuUsage(cpuBefore)
const historySeconds = seconds(isReplay ? replayed : began)
lags.sort((a, b) => a - b)
console.log(
  JSON.stringify(
    {
      jobs,
      rate,
      isReplay,
      queueSeconds,
      historySeconds,
      jobsPerSecond: Math.round(jobs / historySeconds),
      cpuSeconds: { history: (cpu.user + cpu.system) / 1e6, postgresWriter: await writerCpu() },
      secondsBehind: isReplay ? undefined : { p50: at(0.5), p99: at(0.99), max: at(1) },
      rssMegabytes: Math.round(process.memoryUsage().rss / 1e6),
      stats: stats(),
    },
    undefined,
    1,
  ),
)
await service.stop()
await pool.end()
await nats.kill9()
await postgres.stop()
await rm(folder, { recursive: true })
process.exit(0)

function stats() {
  return service?.services[0]?.stats().data
}

async function countDone(): Promise<number> {
  const { rows } = await pool.query(
    "select coalesce(sum(count), 0) as n from jobs.history_counts where state = 'done'",
  )
  return Number(rows[0]?.n)
}

/** User and system time of the writer's server process, seconds. */
async function writerCpu(): Promise<number | undefined> {
  const { rows } = await pool.query(
    "select pid from pg_stat_activity where application_name = 'job-history writer'",
  )
  const stat = await readFile(`/proc/${rows[0]?.pid}/stat`, 'utf8').catch(() => undefined)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields && (Number(fields[11]) + Number(fields[12])) / 100
}

function seconds(since: number): number {
  return Math.round(performance.now() - since) / 1_000
}

function at(share: number): string | undefined {
  return lags[Math.min(lags.length - 1, Math.floor(lags.length * share))]?.toFixed(2)
}
