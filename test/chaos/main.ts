import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findNatsServer } from '../../infra/src/index.ts'
import { type ChaosResult, runChaos } from './run-chaos.ts'

const usage = `Breaks the system while it works, and holds what is left against what was promised.

  npm run chaos -- [options]

  --seed N       repeats the faults of a run (default: from the clock; printed)
  --jobs N       jobs in each run (default 100000)
  --minutes M    faults stop after this time at the latest (default 10)
  --gap S        the longest pause between two faults, seconds (default 4, in a cluster 15)
  --only server|cluster
                 only one nats-server with flaky lines, or only a cluster of three that loses its leader (default: both)
  --keep         keeps the logs of all processes, and says where
`

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    jobs: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '10' },
    gap: { type: 'string' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(usage)
else process.exitCode = (await runAll()) ? 0 : 1

async function runAll(): Promise<boolean> {
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
  const kinds = (['server', 'cluster'] as const).filter((kind) => (values.only ?? kind) === kind)
  if (!Number.isInteger(seed) || kinds.length === 0) throw new Error(usage)
  console.log(`seed ${seed} (repeat with --seed ${seed} --jobs ${values.jobs})`)
  let kept = true
  for (const kind of kinds) {
    const folder = await mkdtemp(join(tmpdir(), `danbooru-jobs-chaos-${kind}-`))
    console.log(`\n## ${kind}${values.keep ? ` (logs in ${folder})` : ''}`)
    const result = await run(kind, seed, folder)
    console.log(describe(result))
    kept &&= result.violations.length === 0
    if (!values.keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  console.log(kept ? '\nevery promise was kept' : `\nPROMISES WERE BROKEN (seed ${seed})`)
  return kept
}

async function run(kind: 'server' | 'cluster', seed: number, folder: string): Promise<ChaosResult> {
  const { path } = await findNatsServer({
    onFetch: (source) => console.log(`looking for a nats-server: ${source}`),
  })
  return runChaos({
    seed,
    folder,
    natsServer: path,
    jobs: Number(values.jobs),
    nodes: kind === 'server' ? 1 : 3,
    longest: Number(values.minutes) * 60_000,
    rest: 1_200_000,
    killers: 3,
    workers: 3,
    longestGap: 1_000 * Number(values.gap ?? (kind === 'server' ? 4 : 15)),
    log: (line) => console.log(line),
  })
}

function describe({ violations, faults, seconds, settled, workerStarts, bystanders }: ChaosResult): string {
  const said = Object.entries(faults).map(([kind, count]) => `  ${kind}: ${count}`)
  return [
    `faults in ${seconds} s:`,
    ...said,
    `at rest ${settled} s after the last fault; workers were started ${workerStarts} times`,
    `bystanders in quarantine, to be redriven: ${bystanders.length} ${bystanders.slice(0, 5).join(', ')}`.trim(),
    ...violations.flatMap(({ promise, count, examples }) => [
      `BROKEN: ${promise} (${count})`,
      ...examples.map((example) => `    ${example}`),
    ]),
  ].join('\n')
}
