import { setTimeout as delay } from 'node:timers/promises'
import { type Payload, payloadOf, type Side, type Working } from './side.ts'

/** What a side's process may be asked to do, and what it answers. */
export interface Tasks {
  readonly prepare: { readonly options: Record<string, never>; readonly result: null }
  /** Publishes jobs from number `from` on, in batches of 500. */
  readonly fill: {
    readonly options: { readonly from: number; readonly count: number }
    readonly result: null
  }
  /** Publishes jobs one by one, `window` of them in flight. */
  readonly publish: {
    readonly options: { readonly count: number; readonly window: number }
    readonly result: Timed
  }
  readonly publishBatches: {
    readonly options: { readonly count: number; readonly batchSize: number }
    readonly result: Timed
  }
  /**
   * Runs jobs until `count` have been: until the system says that nothing is left, or, with `leave`, until that many were
   * handled, whatever is left.
   */
  readonly work: {
    readonly options: { readonly count: number; readonly concurrency: number; readonly leave: boolean }
    readonly result: Timed
  }
  /** Publishes a job every `every` milliseconds. */
  readonly pace: {
    readonly options: { readonly count: number; readonly every: number }
    readonly result: null
  }
  /** Runs jobs and gives each one's time from enqueueing to its handler's start, milliseconds. */
  readonly listen: {
    readonly options: { readonly count: number; readonly concurrency: number }
    readonly result: readonly number[]
  }
  /** Runs `count` jobs and reports the process's memory after every `every` of them. */
  readonly memory: {
    readonly options: { readonly count: number; readonly every: number; readonly concurrency: number }
    readonly result: readonly MemorySample[]
  }
}

export type TaskName = keyof Tasks

/** How long something took, and what it cost this process. */
export interface Timed {
  readonly seconds: number
  /** Processor time of this process (all threads), seconds. */
  readonly cpu: number
}

export interface MemorySample {
  readonly jobs: number
  /** MB. */
  readonly rss: number
  /** MB in use after a full collection. */
  readonly heap: number
}

/** Carries a task out. `ready` is called when a worker listens. */
export async function carryOut<Name extends TaskName>(
  side: Side,
  task: Name,
  options: Tasks[Name]['options'],
  ready: () => void,
): Promise<Tasks[TaskName]['result']> {
  const all: { [Task in TaskName]: (options: Tasks[Task]['options']) => Promise<Tasks[Task]['result']> } = {
    prepare: async () => side.prepare().then(() => null),
    fill: async ({ from, count }) => fill(side, from, count),
    publish: ({ count, window }) => publish(side, count, window),
    publishBatches: ({ count, batchSize }) => publishBatches(side, count, batchSize),
    work: (asked) => work(side, asked),
    pace: ({ count, every }) => pace(side, count, every),
    listen: ({ count, concurrency }) => listen(side, count, concurrency, ready),
    memory: (asked) => memory(side, asked),
  }
  return all[task](options)
}

async function fill(side: Side, from: number, count: number): Promise<null> {
  for (let next = from; next < from + count; next += 500) {
    await side.publishBatch(numbered(next, Math.min(500, from + count - next)))
  }
  return null
}

async function publish(side: Side, count: number, window: number): Promise<Timed> {
  let next = 0
  const lane = async () => {
    while (next < count) await side.publish(payloadOf(next++))
  }
  return timed(() => Promise.all(Array.from({ length: window }, lane)))
}

async function publishBatches(side: Side, count: number, batchSize: number): Promise<Timed> {
  return timed(async () => {
    if (side.publishMany) return side.publishMany(payloads(count), batchSize)
    for (let next = 0; next < count; next += batchSize) {
      await side.publishBatch(numbered(next, Math.min(batchSize, count - next)))
    }
  })
}

function* payloads(count: number): Iterable<Payload> {
  for (let n = 0; n < count; n++) yield payloadOf(n)
}

async function work(side: Side, { count, concurrency, leave }: Tasks['work']['options']): Promise<Timed> {
  const first = Promise.withResolvers<Clock>()
  const last = Promise.withResolvers<void>()
  let handled = 0
  const working = await side.work(concurrency, () => {
    if (handled++ === 0) first.resolve(startClock())
    if (handled === count) last.resolve()
  })
  const clock = await first.promise
  await last.promise
  if (leave) return clock.stop()
  await untilEmpty(working)
  const result = clock.stop()
  await working.stop()
  return result
}

async function untilEmpty(working: Working): Promise<void> {
  while (!(await working.isEmpty())) await delay(2)
}

async function pace(side: Side, count: number, every: number): Promise<null> {
  const start = performance.now()
  for (let n = 0; n < count; n++) {
    await delay(Math.max(0, start + n * every - performance.now()))
    await side.publish(payloadOf(n))
  }
  return null
}

async function listen(
  side: Side,
  count: number,
  concurrency: number,
  ready: () => void,
): Promise<readonly number[]> {
  const latencies: number[] = []
  const all = Promise.withResolvers<void>()
  const working = await side.work(concurrency, ({ sentAt }: Payload) => {
    latencies.push(Number(process.hrtime.bigint() - BigInt(sentAt)) / 1e6)
    if (latencies.length === count) all.resolve()
  })
  ready()
  await all.promise
  await working.stop()
  return latencies
}

async function memory(
  side: Side,
  { count, every, concurrency }: Tasks['memory']['options'],
): Promise<readonly MemorySample[]> {
  const samples: MemorySample[] = []
  const all = Promise.withResolvers<void>()
  let handled = 0
  await side.work(concurrency, () => {
    if (++handled % every === 0) samples.push(sampleMemory(handled))
    if (handled === count) all.resolve()
  })
  await all.promise
  return samples
}

function sampleMemory(jobs: number): MemorySample {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return { jobs, rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20 }
}

function numbered(from: number, count: number): Payload[] {
  return Array.from({ length: count }, (_, index) => payloadOf(from + index))
}

interface Clock {
  stop(): Timed
}

function startClock(): Clock {
  const start = performance.now()
  const cpu = process.cpuUsage()
  return {
    stop() {
      const { user, system } = process.cpuUsage(cpu)
      return { seconds: (performance.now() - start) / 1_000, cpu: (user + system) / 1e6 }
    },
  }
}

async function timed(what: () => Promise<unknown>): Promise<Timed> {
  const clock = startClock()
  await what()
  return clock.stop()
}
