/** Ids as the text of a PostgreSQL array; write `= ANY (?::int[])`. One parameter, however many there are. */
export function idArray(ids: readonly number[]): string {
  return `{${ids.join(',')}}`
}

/** Texts as one parameter; write `IN (SELECT jsonb_array_elements_text(?::jsonb))`. */
export function jsonRows(rows: readonly unknown[]): string {
  return JSON.stringify(rows)
}
