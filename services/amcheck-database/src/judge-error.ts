/**
 * What an error of a check means, by its SQLSTATE (PostgreSQL documentation, appendix A). amcheck reports data_corrupted (XX001) and
 * index_corrupted (XX002); an index whose expression raises an error (22, 38, 39, P0) cannot be trusted either, and neither can one whose
 * blocks cannot be read (58, XX000). Everything else is about the circumstances: it is tried again.
 */
export function isCorruption(error: unknown): error is Error {
  return error instanceof Error && /^(XX...|22...|38...|39...|58...|P0...)$/.test(codeOf(error))
}

/** Whether the relation was dropped while the job was at work. */
export function isGone(error: unknown): boolean {
  if (codeOf(error) === '42P01') return true
  return (
    error instanceof Error &&
    /could not open relation with OID|relation .* does not exist/.test(error.message)
  )
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
