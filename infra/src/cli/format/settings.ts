import type { SettingOverview } from '@danbooru-jobs/actors/program'
import { type Column, table } from './table.ts'

const columns: readonly Column<SettingOverview>[] = [
  { title: 'setting', value: ({ name }) => name },
  { title: 'value', value: ({ shown }) => shown ?? '' },
  {
    title: 'from',
    value: ({ source, problem }) => (problem === undefined ? source : `${source}, wrong`),
    tone: ({ problem }) => (problem === undefined ? undefined : 'bad'),
  },
  { title: 'used by', value: ({ usedBy }) => usedBy.join(', ') },
]

/** Settings as a table, and below it a line for each that is wrong. */
export function settingsText(settings: readonly SettingOverview[], isColoured = false): string {
  const problems = settings.flatMap(({ problem }) => problem ?? [])
  return [table(columns, settings, isColoured), ...(problems.length > 0 ? ['', ...problems] : [])].join('\n')
}

/** Settings as JSON. */
export function settingsJson(settings: readonly SettingOverview[]): object[] {
  return settings.map(({ name, description, fallback, isRequired, shown, source, problem, usedBy }) => ({
    name,
    description,
    default: fallback ?? null,
    required: isRequired,
    value: shown ?? null,
    source,
    problem: problem ?? null,
    usedBy,
  }))
}
