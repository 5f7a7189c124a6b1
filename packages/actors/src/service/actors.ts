import { jobConsumer, queuedSubject, streamName, subjects } from '@danbooru-jobs/contracts/wire'
import { hasLimits } from '../admission/claim.ts'
import { LifecycleActor, lifecycleConsumer } from '../lifecycle/lifecycle-actor.ts'
import { ResponderActor } from '../request/responder-actor.ts'
import type { Daemon } from '../runtime/daemon.ts'
import type { Provided } from '../runtime/resource.ts'
import type { MailboxProblem } from '../transport/mailbox.ts'
import { provisionConsumer, provisionStreams } from '../transport/provision.ts'
import type { EndpointStats, ServiceDescription } from '../transport/service-protocol.ts'
import { listenToControl } from '../worker/control-listener.ts'
import type { WorkerDefinition } from '../worker/define-worker.ts'
import { layered } from '../worker/layered.ts'
import type { PerformMiddleware } from '../worker/middleware.ts'
import { WorkerActor } from '../worker/worker-actor.ts'
import type { WorkerRuntime } from '../worker/worker-runtime.ts'
import type { ServiceDefinition } from './definition.ts'

/** A service that runs in this process, whatever its kind. */
export interface RunningService {
  readonly definition: ServiceDefinition
  readonly worker?: WorkerActor
  readonly description: ServiceDescription
  stats(): EndpointStats
  /** Numbers of a daemon for the metrics. */
  readonly measure?: () => Promise<Readonly<Record<string, number>>>
  tick(): void
  /** The connection was found again that was lost at `downSince`, milliseconds. */
  reconnect(downSince: number): void
  /** Takes nothing new. */
  quiesce(): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/** Makes the durable consumers that a service needs. */
export async function provisionFor(runtime: WorkerRuntime, definition: ServiceDefinition): Promise<void> {
  switch (definition.kind) {
    case 'worker':
      requireLimits(runtime, definition)
      return provisionConsumer(runtime.jsm, streamName.jobs, jobConsumer(definition.type, runtime.ackWait))
    case 'lifecycle':
      return provisionConsumer(
        runtime.jsm,
        streamName.lifecycles,
        lifecycleConsumer(definition, runtime.ackWait),
      )
    case 'daemon':
      for (const { stream, consumer } of definition.consumers ?? []) {
        await provisionConsumer(runtime.jsm, stream, consumer)
      }
      return
    case 'responder':
      return
    default:
      return definition satisfies never
  }
}

/** @throws Error if the process has no database to keep the limits of a worker's jobs in. */
function requireLimits(runtime: WorkerRuntime, { type }: WorkerDefinition): void {
  if (!hasLimits(type)) return
  try {
    runtime.limits()
  } catch (error) {
    throw new Error(
      `${type.name} has limits or an order, which are kept in a database: give runServices a database definition`,
      { cause: error },
    )
  }
}

/** What a service is started with. */
export interface StartOptions {
  readonly version: string
  readonly provided: Provided
  /** Steps around every attempt of a worker, outside of its own. */
  readonly perform: readonly PerformMiddleware[]
}

/** Starts a service. */
export async function startService(
  runtime: WorkerRuntime,
  definition: ServiceDefinition,
  { version, provided, perform }: StartOptions,
): Promise<RunningService> {
  const describe = (description: string, subject: string, queueGroup: string): ServiceDescription => ({
    name: definition.name,
    version,
    description,
    metadata: { kind: definition.kind, host: runtime.host },
    endpoints: [{ name: definition.name, subject, queueGroup }],
  })
  switch (definition.kind) {
    case 'worker': {
      const ready = layered(definition, provided, perform)
      const actor: WorkerActor = new WorkerActor(runtime, ready, (problem) =>
        recover(runtime, definition, problem, actor),
      )
      actor.start()
      listenToControl(runtime, actor)
      const { title, name } = definition.type
      return withPulls(
        definition,
        actor,
        describe(title, queuedSubject({ type: name }), name),
        () => workerStats(actor),
        actor,
      )
    }
    case 'lifecycle': {
      const actor: LifecycleActor = new LifecycleActor(runtime, definition, (problem) =>
        recover(runtime, definition, problem, actor),
      )
      actor.start()
      const subject = subjects.lifecycleFilter(definition.name)
      const stats = (): EndpointStats => ({
        ...common(actor),
        requests: actor.counts.received,
        errors: actor.counts.failed,
      })
      return withPulls(
        definition,
        actor,
        describe(`Lifecycle ${definition.name}`, subject, definition.name),
        stats,
      )
    }
    case 'responder': {
      const actor = new ResponderActor(runtime, definition, provided)
      actor.start()
      return {
        definition,
        description: describe(definition.request.title, definition.request.subject, 'danbooru-jobs'),
        stats: () => ({
          ...common(actor),
          requests: actor.counts.answered + actor.counts.invalid,
          errors: actor.counts.failed,
        }),
        tick: () => undefined,
        reconnect: () => undefined,
        quiesce: () => actor.quiesce(),
        idle: () => actor.idle(),
      }
    }
    case 'daemon': {
      const daemon = await definition.start(runtime, provided)
      return runningDaemon(definition, daemon, describe(definition.title, definition.name, definition.name))
    }
    default:
      return definition satisfies never
  }
}

type Puller = Pick<WorkerActor, 'tick' | 'reconnect' | 'quiesce' | 'idle' | 'pull' | 'lastError'> & {
  readonly counts: { readonly milliseconds: number }
}

function withPulls(
  definition: ServiceDefinition,
  actor: Puller,
  description: ServiceDescription,
  stats: () => EndpointStats,
  worker?: WorkerActor,
): RunningService {
  return {
    definition,
    ...(worker && { worker }),
    description,
    stats,
    tick: () => actor.tick(),
    reconnect: (downSince) => actor.reconnect(downSince),
    quiesce: () => actor.quiesce(),
    idle: () => actor.idle(),
  }
}

function runningDaemon(
  definition: ServiceDefinition,
  daemon: Daemon,
  description: ServiceDescription,
): RunningService {
  return {
    definition,
    description,
    stats: () => ({
      requests: 0,
      errors: 0,
      lastError: undefined,
      milliseconds: 0,
      data: daemon.stats?.() ?? {},
    }),
    measure: async () => ({ ...daemon.stats?.(), ...(await daemon.measure?.()) }),
    tick: () => daemon.tick?.(),
    reconnect: () => daemon.reconnect?.(),
    quiesce: () => daemon.stop(),
    idle: async () => undefined,
  }
}

function common(actor: {
  lastError: string | undefined
  readonly counts: { readonly milliseconds: number }
}) {
  return { lastError: actor.lastError, milliseconds: actor.counts.milliseconds }
}

function workerStats(actor: WorkerActor): EndpointStats {
  const { counts } = actor
  return {
    ...common(actor),
    requests: counts.done + counts.failed + counts.discarded + counts.cancelled,
    errors: counts.failed + counts.discarded,
    data: { ...counts, running: actor.running.size },
  }
}

const pause = 1_000

/** A consumer that is gone is made again; anything else heals by asking again after a while. */
function recover(
  runtime: WorkerRuntime,
  definition: ServiceDefinition,
  problem: MailboxProblem,
  actor: Pick<Puller, 'pull'>,
): void {
  runtime.log.warn({ service: definition.name, problem }, 'the queue does not answer; asking again')
  const again = async () => {
    if (runtime.nats.isClosed()) return
    try {
      if (problem.kind !== 'refused') {
        await provisionStreams(runtime.jsm, { replicas: runtime.replicas })
        await provisionFor(runtime, definition)
      }
      actor.pull()
    } catch (error) {
      runtime.log.warn({ err: error, service: definition.name }, 'the queue could not be made again yet')
      setTimeout(() => void again(), pause)
    }
  }
  setTimeout(() => void again(), pause)
}
