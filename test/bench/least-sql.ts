import { startTestServers } from '../runner/servers.ts'
import type { Bench, BenchResult } from './bench.ts'
import { judge, measured, ratio } from './statistics.ts'

/** Milliseconds of a job, and of as little SQL as does the same on the same rows. */
export interface LeastSqlTimes {
  readonly leastSql: number
  readonly job: number
}

/** A benchmark of a job against the least SQL that does what it does. Its size is fixed: `--scale` does not change it. */
export function leastSqlBench(against: {
  readonly name: string
  readonly title: string
  readonly conditions: BenchResult['conditions']
  /** The job may take this many times what the least SQL takes. */
  readonly allowed: number
  /** Fails unless both ways end in the same state. */
  readonly measure: () => Promise<LeastSqlTimes>
}): Bench {
  const { name, title, conditions, allowed, measure } = against
  return {
    name,
    title,
    async run(bed) {
      await using servers = await startTestServers()
      Object.assign(process.env, servers.environment)
      const times = (await bed.alternate(new Map([[name, measure]]))).get(name) ?? []
      const job = times.map((one) => one.job)
      const leastSql = times.map((one) => one.leastSql)
      return {
        conditions: { ...conditions, durability: 'PostgreSQL with fsync=off', rounds: bed.rounds },
        measurements: [measured('least SQL', 'ms', leastSql), measured(name, 'ms', job)],
        verdicts: [judge(`${name} ÷ least SQL`, ratio(job, leastSql), '×', { atMost: allowed })],
      }
    },
  }
}
