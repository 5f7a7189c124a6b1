import type { JobFilter, JobOrder } from '@danbooru-jobs/actors/operate'

/** What people ask the history, with the index that must answer each question. */
export const searches: readonly {
  readonly name: string
  readonly filter: JobFilter
  readonly order?: JobOrder
  readonly index: RegExp
}[] = [
  { name: 'the newest', filter: {}, index: /queued_at_sequence/ },
  { name: 'the last that ended', filter: {}, order: 'ended', index: /ended_at_sequence/ },
  { name: 'of a state', filter: { states: ['discarded'] }, index: /_state_queued_at_sequence/ },
  { name: 'of the state of nearly all', filter: { states: ['done'] }, index: /queued_at_sequence/ },
  { name: 'of a type', filter: { types: ['type-7'] }, index: /type_state_queued_at_sequence/ },
  {
    name: 'of a type and a state',
    filter: { types: ['type-7'], states: ['discarded'] },
    index: /type_state_queued_at_sequence/,
  },
  { name: 'unfinished', filter: { states: ['queued', 'retrying'] }, index: /history_unfinished_.*queued_at/ },
  { name: 'by payload', filter: { payload: { userId: 4242 } }, index: /payload/ },
  {
    name: 'by payload, type and state',
    filter: { payload: { postId: 1200 }, types: ['type-0'], states: ['done'] },
    index: /payload/,
  },
  { name: 'by the text of the error', filter: { error: 'a87ff679a2f3e71d' }, index: /error_message/ },
  {
    name: 'by the text of the error and state',
    filter: { error: 'A87FF679a2f3', states: ['discarded'] },
    index: /error_message/,
  },
  {
    name: 'by a payload that half of all have',
    filter: { payload: { force: true } },
    index: /queued_at_sequence/,
  },
  {
    name: 'by an error that all dead letters have',
    filter: { error: 'cannot read properties', states: ['discarded'] },
    index: /queued_at_sequence|error_message/,
  },
  { name: 'by id', filter: { jobIds: ['c4ca4238-a0b9-2382-0dcc-509a6f75849b'] }, index: /job_id/ },
]
