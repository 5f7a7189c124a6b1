import type { EventType, JobType, PayloadInputOf } from '@danbooru-jobs/contracts'
import type { AnyStateMachine } from 'xstate'
import type { z } from 'zod'
import type { Needs } from '../runtime/resource.ts'

/** Action `enqueue` of a machine: enqueue this job and notify the lifecycle when it ends. */
export interface EnqueueParams {
  readonly type: JobType
  readonly payload: unknown
  /** The job's id, made from the machine's context: the same decision always names the same job. */
  readonly id: string
}

/** Action `emit` of a machine: publish an event. */
export interface EmitParams {
  readonly event: EventType
  readonly payload: unknown
}

/** Parameters of the action `enqueue`, checked against the job type where they are written. */
export function enqueueParams<Type extends JobType>(
  type: Type,
  payload: PayloadInputOf<Type>,
  id: string,
): EnqueueParams {
  return { type, payload, id }
}

/** Parameters of the action `emit`, checked against the event type where they are written. */
export function emitParams<Schema extends z.ZodType>(
  event: EventType<Schema>,
  payload: z.input<Schema>,
): EmitParams {
  return { event: event as unknown as EventType, payload }
}

/**
 * A lifecycle actor: a statechart whose every step is written to the database. Its actions are data (`enqueue`, `emit`, delayed
 * transitions), so the machine itself touches nothing and can be checked whole without a database. Actors must not be invoked
 * from it: a promise would run again after a restart.
 */
export interface LifecycleDefinition extends Needs {
  readonly kind: 'lifecycle'
  readonly name: string
  readonly machine: AnyStateMachine
  /** Version of the machine's definition; raise it when stored snapshots would not fit any more. */
  readonly definition: number
  /** Messages that may be sent to it. Each reaches the machine with `receivedAt` added, the time in RFC 3339. */
  readonly event: z.ZodType<{ type: string }>
  /** Makes a stored snapshot of an older definition fit this one. Without it such a snapshot is an error. */
  readonly migrate?: (snapshot: unknown, from: number) => unknown
}

/** Declares a lifecycle actor; its name is the machine's id. */
export function lifecycle(declaration: Omit<LifecycleDefinition, 'kind' | 'name'>): LifecycleDefinition {
  return { kind: 'lifecycle', name: declaration.machine.id, ...declaration }
}
