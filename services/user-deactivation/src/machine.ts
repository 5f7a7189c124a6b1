import { type EmitParams, type EnqueueParams, emitParams } from '@danbooru-jobs/actors'
import type { JobEnded } from '@danbooru-jobs/contracts'
import { userDeactivated } from '@danbooru-jobs/contracts/danbooru'
import { assign, setup } from 'xstate'
import {
  type Deactivation,
  type DeactivationInput,
  jobOf,
  newDeactivation,
  type Part,
  partAwaiting,
  parts,
  withDiscardedDue,
  withStanding,
} from './tasks.ts'

/** The machine's name; a lifecycle's key is the user's id. */
export const machineName = 'user-deactivation'

/** The events of a deactivation; the lifecycle actor adds when one arrived. */
export type DeactivationEvent = { readonly receivedAt?: string } & (
  | JobEnded
  | { readonly type: 'request.accepted'; readonly deleterId: number }
  | { readonly type: 'request.refused' }
  | { readonly type: 'request.repeated'; readonly deleterId: number }
  | { readonly type: 'retry' }
)

const declared = setup({
  types: {
    context: {} as Deactivation,
    events: {} as DeactivationEvent,
    input: {} as DeactivationInput,
    tags: {} as 'stalled',
  },
  actions: {
    enqueue: (_, _job: EnqueueParams) => undefined,
    emit: (_, _event: EmitParams) => undefined,
    beginJob: assign({ tasks: ({ context }, part: Part) => withStanding(context, part, 'running') }),
    noteEnd: assign(({ context, event }) => afterEnd(context, event)),
    makeDiscardedDue: assign({ tasks: ({ context }) => withDiscardedDue(context) }),
  },
  guards: {
    'is over': ({ context }, part: Part) => ['not-needed', 'done'].includes(context.tasks[part].standing),
    'is running': ({ context }, part: Part) => context.tasks[part].standing === 'running',
    'is its job': ({ context, event }, part: Part) => awaitedBy(context, event) === part,
    'is a job of ours': ({ context, event }) => awaitedBy(context, event) !== undefined,
    'nothing is discarded': ({ context }) =>
      parts.every((part) => context.tasks[part].standing !== 'discarded'),
  },
})

function awaitedBy(context: Deactivation, event: DeactivationEvent): Part | undefined {
  return event.type === 'job.done' || event.type === 'job.discarded'
    ? partAwaiting(context, event.jobId)
    : undefined
}

function afterEnd(context: Deactivation, event: DeactivationEvent): Partial<Deactivation> {
  const part = awaitedBy(context, event)
  if (part === undefined) return {}
  const done = event.type === 'job.done'
  return {
    tasks: withStanding(context, part, done ? 'done' : 'discarded'),
    ...(done && { completedAt: event.receivedAt ?? context.completedAt }),
  }
}

/** A part of the work: enqueues its job unless that is done or under way, and waits for its end. */
function job<const P extends Part>(part: P) {
  return declared.createStateConfig({
    initial: 'due',
    states: {
      due: {
        always: [
          { guard: { type: 'is over', params: part }, target: 'over' },
          { guard: { type: 'is running', params: part }, target: 'waiting' },
          {
            target: 'waiting',
            actions: [
              { type: 'beginJob', params: part },
              { type: 'enqueue', params: ({ context }) => jobOf(context, part) },
            ],
          },
        ],
      },
      waiting: {
        on: {
          'job.done': { guard: { type: 'is its job', params: part }, target: 'over', actions: 'noteEnd' },
          'job.discarded': {
            guard: { type: 'is its job', params: part },
            target: `#${machineName}.stalled`,
            actions: 'noteEnd',
          },
        },
      },
      over: { type: 'final' },
    },
  })
}

/**
 * The deactivation of an account, from the request to the event `user.deactivated`.
 *
 * The closing of the account itself belongs to the transaction that accepts the request; a refused request leaves nothing, so
 * `rejected` is never stored. The parts run side by side, the settings last, since whether favorites are private is one of them. A
 * discarded job stalls the deactivation until an operator retries it or the job is revived and ends well; what is done or
 * still running is not started again.
 */
export const userDeactivationMachine = declared.createMachine({
  id: machineName,
  context: ({ input }) => newDeactivation(input),
  initial: 'requested',
  states: {
    requested: { on: { 'request.accepted': 'erasing', 'request.refused': 'rejected' } },
    rejected: { type: 'final' },
    erasing: {
      type: 'parallel',
      states: { privateData: job('privateData'), favorites: job('favorites') },
      onDone: 'resettingSettings',
    },
    resettingSettings: { ...job('settings'), onDone: 'completed' },
    stalled: {
      tags: 'stalled',
      always: { guard: 'nothing is discarded', target: 'erasing' },
      on: {
        'job.done': { guard: 'is a job of ours', actions: 'noteEnd' },
        'job.discarded': { guard: 'is a job of ours', actions: 'noteEnd' },
        retry: { target: 'erasing', actions: 'makeDiscardedDue' },
      },
    },
    completed: {
      type: 'final',
      entry: { type: 'emit', params: ({ context }) => emitParams(userDeactivated, deactivated(context)) },
    },
  },
})

function deactivated({ userId, deleterId, requestedAt, completedAt }: Deactivation) {
  const lifecycle = { machine: machineName, key: String(userId) }
  return { userId, deleterId, lifecycle, requestedAt, completedAt }
}
