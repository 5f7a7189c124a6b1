/**
 * SQLSTATE codes of a server that cannot be written just now: class 08 (connection exception), 25006 (read-only, as after a
 * fail-over), class 53 (too many connections, disk full, out of memory), 57P01 to 57P05 (shutting down, crashed, starting,
 * database dropped, idle session timeout) and 58030 (I/O error).
 */
const unavailable = /^(08...|25006|53...|57P0[1-5]|58030)$/

/** Whether a SQLSTATE says that PostgreSQL cannot be used just now, whatever was asked of it. */
export function isUnavailableState(code: string): boolean {
  return unavailable.test(code)
}
