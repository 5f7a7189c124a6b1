import type { Bed } from './bed.ts'
import { startChild } from './child.ts'
import type { Answer, Order } from './sides/child.ts'
import { type SideName, sides } from './sides/sides.ts'
import type { TaskName, Tasks } from './sides/tasks.ts'

/** A task that a side's process is at. */
export interface Running<Result> {
  /** Fulfilled when its worker listens; only `listen` says so. */
  readonly ready: Promise<void>
  readonly result: Promise<Result>
}

/** Where the sides find their servers. */
export type ServerUrls = Readonly<Record<string, string>>

/** The addresses that a side needs, of servers that are started now; undefined if this machine has no such server. */
export async function serversFor(bed: Bed, side: SideName, name = 'bench'): Promise<ServerUrls | undefined> {
  const { needs } = sides[side]
  switch (needs) {
    case 'nats':
      return { NATS_URL: (await bed.nats(name)).url }
    case 'postgres':
      return { DATABASE_URL: await bed.database(name) }
    case 'redis': {
      const url = await bed.redis()
      return url === undefined ? undefined : { REDIS_URL: url, QUEUE: name }
    }
    default:
      return needs satisfies never
  }
}

/** Starts a process of its own for one task of one side. It is killed when it has answered: nothing of it is needed any more. */
export function startSide<Name extends TaskName>(
  urls: ServerUrls,
  side: SideName,
  task: Name,
  options: Tasks[Name]['options'],
): Running<Tasks[Name]['result']> {
  const nodeArgs = ['--expose-gc', ...profiling(task)]
  const { process: child, exited } = startChild('./sides/child.ts', urls, [], nodeArgs)
  const ready = Promise.withResolvers<void>()
  const result = Promise.withResolvers<Tasks[Name]['result']>()
  child.on('message', (answer: Answer) => {
    switch (answer.kind) {
      case 'ready':
        return ready.resolve()
      case 'result':
        return result.resolve(answer.value as Tasks[Name]['result'])
      case 'failed':
        return result.reject(new Error(`${side}, ${task}: ${answer.message}`))
      default:
        return answer satisfies never
    }
  })
  child.once('exit', (code, signal) => {
    result.reject(new Error(`${side}, ${task}: ended with ${signal ?? code} before it answered`))
  })
  const order: Order = { side, task, options }
  child.send(order)
  const finished = result.promise.finally(async () => {
    // A killed process leaves no profile; one that is let go of ends by itself.
    if (process.env.BENCH_PROFILE) child.disconnect()
    else child.kill('SIGKILL')
    await exited
  })
  // A worker that fails before it listens fails the waiting for it too.
  finished.catch((error: unknown) => ready.reject(error))
  ready.promise.catch(() => undefined)
  return { ready: ready.promise, result: finished }
}

/** Carries a task out in a process of its own. */
export function runSide<Name extends TaskName>(
  urls: ServerUrls,
  side: SideName,
  task: Name,
  options: Tasks[Name]['options'],
): Promise<Tasks[Name]['result']> {
  return startSide(urls, side, task, options).result
}

/** With `BENCH_PROFILE=<folder>`, every worker leaves a profile there for Chrome's developer tools. */
function profiling(task: TaskName): string[] {
  const folder = process.env.BENCH_PROFILE
  if (!folder || task !== 'work') return []
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}
