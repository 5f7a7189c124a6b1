/**
 * What a job may be, as the history tells it.
 *
 * | state | meaning |
 * | --- | --- |
 * | `scheduled` | waits for its time |
 * | `queued` | is due, and no worker has spoken of it |
 * | `running` | a worker has it; told from the second second on, or from the second attempt on |
 * | `retrying` | an attempt failed, the next one is to come |
 * | `done` | acknowledged |
 * | `discarded` | a dead letter |
 * | `cancelled` | was not wanted any more, or was taken out of the queue before it started |
 * | `lost` | is not in the queue any more, and no word of its end has arrived |
 */
export const jobStates = [
  'scheduled',
  'queued',
  'running',
  'retrying',
  'done',
  'discarded',
  'cancelled',
  'lost',
] as const

/** One of {@link jobStates}. */
export type JobState = (typeof jobStates)[number]

/** The states of a job that is still to do something. */
export const unfinishedStates = ['scheduled', 'queued', 'running', 'retrying'] as const satisfies JobState[]
