import { type EnqueueParams, enqueueParams } from '@danbooru-jobs/actors'
import { deleteFavorites, deleteUser } from '@danbooru-jobs/contracts/danbooru'

/** What a deactivation has others do. */
export const parts = ['privateData', 'favorites', 'settings'] as const
export type Part = (typeof parts)[number]

/** How far a part is. `round` counts its jobs: a retry is a new job. */
export interface Task {
  readonly standing: 'not-needed' | 'due' | 'running' | 'done' | 'discarded'
  readonly round: number
}

/** One deactivation: who, by whom, and how far it is. Plain JSON. */
export interface Deactivation {
  readonly userId: number
  readonly deleterId: number
  /** Of this deactivation alone, so that a later one of the same account names other jobs: the mod action's id. */
  readonly modActionId: number
  /** As it was when the account was closed. */
  readonly privateFavorites: boolean
  /** When the account was closed, RFC 3339. */
  readonly requestedAt: string
  /** When the last part was done, RFC 3339. */
  readonly completedAt: string
  readonly tasks: Readonly<Record<Part, Task>>
}

/** What is known when the account is closed. */
export type DeactivationInput = Omit<Deactivation, 'tasks' | 'completedAt'>

/** A deactivation of which nothing is done yet. */
export function newDeactivation(input: DeactivationInput): Deactivation {
  const due: Task = { standing: 'due', round: 0 }
  const favorites: Task = input.privateFavorites ? due : { standing: 'not-needed', round: 0 }
  return { ...input, completedAt: input.requestedAt, tasks: { privateData: due, favorites, settings: due } }
}

/** The id of a part's present job: the same decision always names the same job. */
export function jobId({ userId, modActionId, tasks }: Deactivation, part: Part): string {
  const name = part === 'privateData' ? 'private-data' : part
  return `user-deactivation-${userId}-${modActionId}-${name}-${tasks[part].round}`
}

/** A part's present job. */
export function jobOf(deactivation: Deactivation, part: Part): EnqueueParams {
  const { userId, privateFavorites } = deactivation
  const id = jobId(deactivation, part)
  switch (part) {
    case 'privateData':
      return enqueueParams(deleteUser, { userId, part: 'private-data', privateFavorites }, id)
    case 'favorites':
      return enqueueParams(deleteFavorites, { userId }, id)
    case 'settings':
      return enqueueParams(deleteUser, { userId, part: 'settings' }, id)
    default:
      return part satisfies never
  }
}

/** The part whose present job has that id and has not ended well; undefined for jobs of earlier rounds and of others. */
export function partAwaiting(deactivation: Deactivation, id: string): Part | undefined {
  return parts.find((part) => {
    const { standing } = deactivation.tasks[part]
    return (standing === 'running' || standing === 'discarded') && jobId(deactivation, part) === id
  })
}

/** The tasks with one of them in a new state; a job that begins begins a round. */
export function withStanding(
  { tasks }: Deactivation,
  part: Part,
  standing: 'running' | 'done' | 'discarded',
): Deactivation['tasks'] {
  const round = tasks[part].round + (standing === 'running' ? 1 : 0)
  return { ...tasks, [part]: { standing, round } }
}

/** The tasks with those due again whose jobs were discarded. */
export function withDiscardedDue({ tasks }: Deactivation): Deactivation['tasks'] {
  const again = (task: Task): Task =>
    task.standing === 'discarded' ? { standing: 'due', round: task.round } : task
  return {
    privateData: again(tasks.privateData),
    favorites: again(tasks.favorites),
    settings: again(tasks.settings),
  }
}
