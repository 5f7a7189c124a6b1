/**
 * How long it takes to find jobs among many: fills a database with generated history and asks what people ask.
 *
 * `npm exec -- node services/job-history/bench/search.ts [jobs=10000000] [folder to keep the database in]`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { preparePartitions, sqlOfClient } from '@danbooru-jobs/actors/internal'
import { JobHistory } from '@danbooru-jobs/actors/operate'
import pg from 'pg'
import { startPostgres } from '../../../infra/src/index.ts'
import { migrateDatabase } from '../../../infra/src/migrate.ts'
import { generateHistory } from '../../../packages/actors/test/history/generate.ts'
import { searches } from '../../../packages/actors/test/history/searches.ts'

const jobs = Number(process.argv[2] ?? 10_000_000)
const kept = process.argv[3]
const folder = kept ?? (await mkdtemp(join(tmpdir(), 'job-history-search-')))
const settings = {
  shared_buffers: '1GB',
  maintenance_work_mem: '512MB',
  max_wal_size: '8GB',
  random_page_cost: '1.1',
}
const postgres = await startPostgres({ dataDir: join(folder, 'data'), settings })
await migrateDatabase(postgres.url)
const client = new pg.Client({ connectionString: postgres.url })
await client.connect()
const now = new Date()
await preparePartitions(sqlOfClient(client), now)
const { rows: present } = await client.query<{ last: string }>(
  'select coalesce(max(sequence), 0) as last from jobs.history',
)
await generateHistory(
  (sql, values = []) => client.query(sql, [...values]),
  jobs,
  now,
  Number(present[0]?.last),
)
const history = new JobHistory(sqlOfClient(client))
for (const { name, filter, order } of searches) {
  const times: number[] = []
  let found = 0
  for (let round = 0; round < 5; round++) {
    const began = performance.now()
    found = (await history.list(filter, { ...(order && { order }) })).jobs.length
    times.push(performance.now() - began)
  }
  report(name, times, `${found} on the page`)
}
const times: number[] = []
for (let round = 0; round < 5; round++) {
  const began = performance.now()
  await history.counts()
  times.push(performance.now() - began)
}
report('counts by type and state', times, '')
const { rows } = await client.query(
  `select (select count(*) from jobs.history) as jobs, pg_size_pretty(sum(pg_total_relation_size(inhrelid))) as size
    from pg_inherits where inhparent = 'jobs.history'::regclass`,
)
console.log(rows)
await client.end()
await postgres.stop()
if (kept === undefined) await rm(folder, { recursive: true })

function report(name: string, [first = 0, ...rest]: readonly number[], note: string): void {
  const warm = rest.toSorted((a, b) => a - b)[Math.floor(rest.length / 2)] ?? 0
  console.log(
    `${name.padEnd(36)} first ${first.toFixed(1).padStart(8)} ms, then ${warm.toFixed(1).padStart(8)} ms  ${note}`,
  )
}
