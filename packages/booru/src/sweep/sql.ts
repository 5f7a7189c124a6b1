/** Ids as the text of a PostgreSQL array, to be cast: `?::int[]`. */
export function idArray(ids: readonly number[]): string {
  return `{${ids.join(',')}}`
}

/** A placeholder for a `Date` in a column without time zone: Danbooru's timestamps hold UTC. */
export const utc = `?::timestamptz at time zone 'utc'`
