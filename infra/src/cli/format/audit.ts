import type { AuditEntry } from '@danbooru-jobs/actors/operate'
import { shorten, table } from './table.ts'
import { timeText } from './time.ts'

/** What operators did, as a table. Times are UTC. */
export function auditText(entries: readonly AuditEntry[], isColoured = false): string {
  if (entries.length === 0) return 'no actions yet'
  return table(
    [
      { title: 'when', value: (entry) => timeText(entry.at) },
      { title: 'who', value: (entry) => entry.by },
      { title: 'what', value: (entry) => entry.action },
      { title: 'details', value: (entry) => shorten(JSON.stringify(entry.details), 100) },
    ],
    entries,
    isColoured,
  )
}
