import { setTimeout as delay } from 'node:timers/promises'
import { streamName } from '@danbooru-jobs/contracts/wire'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { until } from '../harness/until.ts'
import { clusterFaults, describeFault, planFaults, singleServerFaults } from './faults.ts'
import { bystanders, type HistoryRow, judge, type Observation, type Violation } from './oracle.ts'
import { query, World } from './world.ts'

export interface ChaosOptions {
  readonly seed: number
  readonly jobs: number
  readonly nodes: 1 | 3
  /** Faults stop after this time at the latest, milliseconds; they stop when all jobs are done. */
  readonly longest: number
  /** How long everything may take to come to rest after the last fault, milliseconds. */
  readonly rest: number
  readonly killers: number
  readonly workers: number
  readonly longestGap: number
  readonly folder: string
  readonly natsServer: string
  readonly log: (line: string) => void
}

/** How a run ended. */
export interface ChaosResult {
  readonly violations: readonly Violation[]
  /** How often each kind of fault occurred. */
  readonly faults: Readonly<Record<string, number>>
  readonly seconds: number
  /** Seconds from the last fault until nothing was left to do. */
  readonly settled: number
  readonly workerStarts: number
  /** Jobs that did no harm and ended in quarantine all the same. */
  readonly bystanders: readonly string[]
}

/** One run: jobs, faults, rest, judgement. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const begin = performance.now()
  const world = await World.start({ ...options, name: `chaos-${options.seed}` })
  try {
    const faults = await harm(world, options)
    world.heal()
    const healed = performance.now()
    options.log(`${seconds(begin)} s: no more faults`)
    const observed = await rest(world, options)
    return {
      violations: judge(observed),
      faults,
      seconds: seconds(begin),
      settled: seconds(healed),
      workerStarts: world.starts,
      bystanders: bystanders(observed),
    }
  } finally {
    await world.stop()
  }
}

/** Lets things go wrong until all jobs are done or time is up. */
async function harm(world: World, options: ChaosOptions): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  await until(() => world.confirmed > 0, { timeout: 120_000, what: 'the first jobs to be published' })
  const begin = performance.now()
  const kinds = options.nodes === 1 ? singleServerFaults : clusterFaults
  for (const { after, fault } of planFaults(options.seed, { ...options, kinds })) {
    await delay(after)
    if (performance.now() - begin > options.longest) break
    options.log(`${seconds(begin)} s: ${describeFault(fault)} (${world.confirmed} published)`)
    await world.apply(fault)
    counts[fault.kind] = (counts[fault.kind] ?? 0) + 1
    if (world.allConfirmed && (await left(world)) === 0) break
  }
  return counts
}

/** Waits until everything has come to rest, or gives up and judges what is there. */
async function rest(world: World, options: ChaosOptions): Promise<Observation> {
  const deadline = performance.now() + options.rest
  await drained(world, deadline, options.log)
  for (let looks = 1; ; looks++) {
    const observed = await observe(world, options)
    const open = judge(observed)
    if (world.allConfirmed && open.length === 0) return observed
    if (performance.now() > deadline) return observed
    if (looks % 10 === 0)
      options.log(`waiting: ${open.map(({ promise, count }) => `${promise} (${count})`).join('; ')}`)
    await delay(500)
  }
}

/** To count all effects and all rows of the history takes what the workers need: until the queue is empty, only that is asked. */
async function drained(world: World, deadline: number, log: (line: string) => void): Promise<void> {
  for (let looks = 1; performance.now() < deadline; looks++) {
    const jobs = await left(world)
    if (world.allConfirmed && jobs === 0) return
    if (looks % 20 === 0) log(`waiting: ${jobs} in the queue`)
    await delay(500)
  }
}

async function observe(world: World, { jobs, killers }: ChaosOptions): Promise<Observation> {
  const url = world.databaseUrl
  const effects = await query<{ key: string; times: string }>(
    url,
    "select type || ':' || n as key, count(*) as times from chaos.effects group by 1",
  )
  const history = await query<HistoryRow & { key: string }>(
    url,
    "select type || ':' || coalesce(payload->>'n', job_id) as key, state, reason from jobs.history",
  )
  const [outbox] = await query<{ rows: string }>(url, 'select count(*) as rows from jobs.outbox')
  const byKey = new Map<string, HistoryRow[]>()
  for (const { key, ...row } of history) byKey.set(key, [...(byKey.get(key) ?? []), row])
  return {
    jobs,
    killers,
    effects: new Map(effects.map(({ key, times }) => [key, Number(times)])),
    history: byKey,
    jobsLeft: await left(world),
    outboxLeft: Number(outbox?.rows),
  }
}

/** Messages in the queue; infinitely many while no server answers. */
async function left(world: World): Promise<number> {
  try {
    const connection = await connect({ servers: world.natsUrl.split(','), timeout: 2_000 })
    try {
      const jsm = await jetstreamManager(connection, { checkAPI: false, timeout: 2_000 })
      return (await jsm.streams.info(streamName.jobs)).state.messages
    } finally {
      await connection.close()
    }
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 100) / 10
}
