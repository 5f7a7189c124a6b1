import { globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type Durability, makeBed } from './bed.ts'
import type { Bench } from './bench.ts'
import { describeMachine } from './machine.ts'
import { type NamedResult, render } from './report.ts'

const usage = `Measures danbooru-jobs against the limit and against other job systems, on servers of its own.

  npm run bench -- [options]

  --only NAME[,NAME]   only these benchmarks; --list names them
  --list               names all benchmarks
  --json               one JSON document instead of tables
  --quick              small sizes, one round: shows that everything works, measures nothing
  --rounds N           rounds in which the sides take turns (default 3)
  --scale X            multiplies the number of jobs (default 1)
  --durability process|power
                       what a stored job survives on every side: a killed server (default), or a power cut

A redis-server is taken from the PATH or from REDIS_SERVER; without one, BullMQ is left out and the result says so.
`

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    scale: { type: 'string' },
    durability: { type: 'string', default: 'process' },
    help: { type: 'boolean', default: false },
  },
})

const benches = await loadBenches()
if (values.help) console.log(usage)
else if (values.list) console.log(benches.map(({ name, title }) => `${name.padEnd(24)} ${title}`).join('\n'))
else await main()

async function main(): Promise<void> {
  const log = (line: string) => console.error(line)
  await using bed = await makeBed({
    durability: durability(values.durability),
    scale: positive('--scale', values.scale, values.quick ? 0.02 : 1),
    rounds: Math.round(positive('--rounds', values.rounds, values.quick ? 1 : 3)),
    log,
  })
  const machine = describeMachine(await bed.versions())
  const results: NamedResult[] = []
  if (!values.json) console.log(heading(machine))
  for (const bench of selected()) {
    log(`${bench.name}: ${bench.title}`)
    const result = { name: bench.name, title: bench.title, ...(await bench.run(bed)) }
    results.push(result)
    if (!values.json) console.log(render(result))
  }
  if (values.json) console.log(JSON.stringify({ machine, results }, null, 2))
}

function selected(): readonly Bench[] {
  const names = values.only?.split(',') ?? benches.map(({ name }) => name)
  return names.map((name) => {
    const found = benches.find((bench) => bench.name === name)
    if (found === undefined) throw new Error(`no benchmark is called ${name}; --list names them`)
    return found
  })
}

async function loadBenches(): Promise<readonly Bench[]> {
  const files = globSync(['test/bench/scenarios/*.ts', 'services/*/bench/*.bench.ts'], { cwd: root }).sort()
  const loaded: Bench[] = []
  for (const file of files) {
    const module: { bench?: Bench; benches?: readonly Bench[] } = await import(
      pathToFileURL(join(root, file)).href
    )
    loaded.push(...(module.bench ? [module.bench] : []), ...(module.benches ?? []))
  }
  return loaded
}

function heading(machine: Record<string, string | number>): string {
  return Object.entries(machine)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
    .concat('\n')
}

function durability(text: string): Durability {
  if (text === 'process' || text === 'power') return text
  throw new Error(`--durability is process or power, not ${text}`)
}

function positive(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new Error(`${option} is a number above 0, not ${text}`)
}
