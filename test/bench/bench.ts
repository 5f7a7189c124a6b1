import type { Bed } from './bed.ts'

/**
 * A benchmark that `npm run bench` picks up.
 *
 * Every file `test/bench/scenarios/*.ts` and `services/*\/bench/*.bench.ts` exports one, or several, under the name
 * `bench` or `benches`:
 *
 * ```ts
 * export const bench: Bench = {
 *   name: 'prune-posts',
 *   title: 'Pruning 10,000 posts',
 *   run: async (bed) => {
 *     const database = await bed.database()
 *     const turns = new Map([['ours', () => millisecondsOf(database)]])
 *     const times = (await bed.alternate(turns)).get('ours') ?? []
 *     return { conditions: { posts: 10_000 }, measurements: [measured('ours', 'ms', times)], verdicts: [] }
 *   },
 * }
 * ```
 *
 * A benchmark starts nothing by itself that it does not end, uses no network, and takes its sizes from `bed.size`, so that
 * `--quick` is quick.
 */
export interface Bench {
  /** In kebab-case; `--only` selects by it. */
  readonly name: string
  /** One line for the heading. */
  readonly title: string
  run(bed: Bed): Promise<BenchResult>
}

/** What a benchmark found, and under which conditions. */
export interface BenchResult {
  /** What a reader needs to repeat or doubt the numbers: payload, durability, concurrency, batch size, rounds. */
  readonly conditions: Readonly<Record<string, string | number>>
  readonly measurements: readonly Measurement[]
  readonly verdicts: readonly Verdict[]
  /** What could not be measured, and why. */
  readonly skipped?: readonly string[]
}

/** What one side reached. */
export interface Measurement {
  readonly side: string
  /** What that side does, in words, if its name does not say it. */
  readonly does?: string
  readonly unit: 'jobs/s' | 'ms' | 'MB' | 'µs CPU/job' | 'posts/s' | 'rows/s'
  /** One value a round, in the order of the rounds. */
  readonly rounds: readonly number[]
  readonly median: number
  /** Of single jobs, all rounds together. */
  readonly percentiles?: { readonly p50: number; readonly p95: number; readonly p99: number }
  /** Further numbers of this side, by name. */
  readonly more?: Readonly<Record<string, number>>
}

/** A target and whether it was met. */
export interface Verdict {
  /** What is compared, in words: `ours / bare loop`. */
  readonly what: string
  readonly value: number
  readonly unit: '×' | '%' | 'ms' | 'MB' | 's' | 'jobs/s'
  readonly target: { readonly atLeast: number } | { readonly atMost: number }
  readonly met: boolean
  /** How far beside the target, in the target's unit; 0 when it was met. */
  readonly missedBy: number
}
