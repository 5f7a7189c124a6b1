/**
 * The state of a job: the one vocabulary of history, command line, metrics, test kit and dashboard. Every situation has exactly one
 * name.
 *
 * | state | meaning | decided by |
 * | --- | --- | --- |
 * | `scheduled` | is to run later: enqueued with a delay or a time, or snoozed | the publisher or the handler; the server's schedule ends it |
 * | `queued` | is due, and no handler has been started for it | the server, which stores it and delivers it |
 * | `waiting` | may not start yet because of a limit, a rate or the order of its key; no attempt is used | admission |
 * | `running` | its handler runs | the worker, which reports it after a second, and at the start of later attempts |
 * | `retrying` | an attempt failed and the next one is to come | the worker, by the back-off of the job type |
 * | `done` | the handler succeeded | the worker's acknowledgment |
 * | `discarded` | failed for good: a dead letter, which can be redriven | the worker |
 * | `cancelled` | was not wanted any more | an operator, or the handler |
 * | `lost` | is not in the queue, and its end was never reported | the history, by comparing with the queue |
 */
export const jobStates = [
  'scheduled',
  'queued',
  'waiting',
  'running',
  'retrying',
  'done',
  'discarded',
  'cancelled',
  'lost',
] as const

/** One of {@link jobStates}. */
export type JobState = (typeof jobStates)[number]

/** The states of a job that has not ended. */
export const unfinishedStates = [
  'scheduled',
  'queued',
  'waiting',
  'running',
  'retrying',
] as const satisfies JobState[]

/** One of {@link unfinishedStates}. */
export type UnfinishedState = (typeof unfinishedStates)[number]
