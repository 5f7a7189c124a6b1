import { LifecycleStore, lifecycle } from '@danbooru-jobs/actors'
import { jobEnded } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { userDeactivationMachine } from './machine.ts'

/**
 * The deactivations under way. From outside they take how their jobs ended, and `{"type":"retry"}`, which resumes one that has
 * stalled.
 */
export const userDeactivation = lifecycle({
  machine: userDeactivationMachine,
  definition: 1,
  event: z.union([jobEnded, z.object({ type: z.literal('retry') })]),
})

export const deactivations = new LifecycleStore(userDeactivation)
