import type { LifecycleOverview, LifecycleStep } from '@danbooru-jobs/actors/operate'
import { type Column, shorten, table } from './table.ts'
import { timeText } from './time.ts'

const lifecycleColumns: readonly Column<LifecycleOverview>[] = [
  { title: 'machine', value: (row) => row.machine },
  { title: 'key', value: (row) => row.key },
  { title: 'state', value: (row) => stateText(row.state) },
  { title: 'since', value: (row) => timeText(row.createdAt) },
  { title: 'last step', value: (row) => timeText(row.updatedAt) },
  { title: 'ended', value: (row) => timeText(row.endedAt) },
]

const stepColumns: readonly Column<LifecycleStep>[] = [
  { title: 'step', value: (row) => row.version, align: 'right' },
  { title: 'time', value: (row) => timeText(row.receivedAt) },
  { title: 'message', value: (row) => eventText(row.event) },
  { title: 'state after it', value: (row) => stateText(row.state) },
]

/** Lifecycles as a table, or a sentence when there is none. */
export function lifecycleListText(rows: readonly LifecycleOverview[], isColoured = false): string {
  return rows.length === 0 ? 'no lifecycles' : table(lifecycleColumns, rows, isColoured)
}

/** A lifecycle's steps as a table. */
export function lifecycleCourseText(rows: readonly LifecycleStep[], isColoured = false): string {
  return table(stepColumns, rows, isColoured)
}

/** A state value on one line: `completed`, or `erasing.privateData.running + erasing.favorites.done` for parallel states. */
export function stateText(state: unknown): string {
  return paths(state).join(' + ')
}

function paths(state: unknown): string[] {
  if (typeof state === 'string') return [state]
  if (typeof state !== 'object' || state === null) return [String(state)]
  return Object.entries(state).flatMap(([name, inner]) => paths(inner).map((path) => `${name}.${path}`))
}

function eventText(event: unknown): string {
  if (typeof event !== 'object' || event === null || !('type' in event)) return String(event)
  const { type, ...rest } = event
  const details = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`
  return shorten(`${String(type)}${details}`, 100)
}
