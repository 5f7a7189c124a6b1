import type { Corruption } from '@danbooru-jobs/booru'

/** A dmail holds 50,000 characters; Danbooru silently loses a longer report. */
const longest = 45_000

/** The report to the Owner; what does not fit is counted. */
export function corruptionReport(found: readonly Corruption[]): {
  readonly title: string
  readonly body: string
} {
  const lines: string[] = []
  let length = 0
  for (const { relation, problem } of found) {
    const line = `${relation}: ${problem}`.slice(0, 2_000)
    length += line.length + 1
    if (length > longest) break
    lines.push(line)
  }
  const rest = found.length - lines.length
  if (rest > 0) lines.push(`and ${rest} more`)
  return { title: 'pg_amcheck failed', body: lines.join('\n') }
}
