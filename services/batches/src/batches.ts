export { batches } from '@danbooru-jobs/actors'

/** Batches are rows without entities. */
export const database = { entities: [] }
