import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'

/**
 * Fills the cache of one saved search's query (Danbooru's `PopulateSavedSearchJob`).
 *
 * Enqueued when a search by `search:` finds no cached result, once per normalised query. Danbooru enqueues the same query
 * again and again until it is cached; here a query that is queued or running is refused.
 */
export const populateSavedSearch = defineJob({
  name: 'populate-saved-search',
  title: 'Fill the cache of a saved search',
  payload: z.object({
    /** The normalised query. */
    query: z.string().min(1).max(10_000),
  }),
  delivery: {
    timeLimit: '5m',
    priority: 10,
    unique: { mode: 'while-queued-or-running', key: ({ query }) => query },
  },
})
