import { schemasOf } from '../runtime/provide.ts'
import { type Environment, type FoundSetting, inspectSettings } from '../settings/read-settings.ts'
import type { SettingsSchema } from '../settings/settings-schema.ts'
import type { ServiceDefinition } from './definition.ts'
import { serviceSettings } from './settings.ts'

/** The owner of the settings that every service reads. */
export const everyService = 'every service'

/** Settings that are read together, and by whom. */
export interface SettingsOwner {
  /** A service by its name, or a group of programs. */
  readonly name: string
  readonly settings: readonly SettingsSchema[]
}

/** A setting as it was found, and the services that read it. */
export interface SettingOverview extends FoundSetting {
  readonly usedBy: readonly string[]
}

/** What services read: first what every service reads, then each with settings of its own. */
export function settingsOwners(definitions: readonly ServiceDefinition[]): readonly SettingsOwner[] {
  const own = definitions.map((one) => ({ name: one.name, settings: schemasOf([one]) }))
  return [
    { name: everyService, settings: [serviceSettings] },
    ...own.filter(({ settings }) => settings.length > 0),
  ]
}

/** Each setting once, in the order of its owners, as they would find it in an environment. */
export function overviewOfSettings(
  owners: readonly SettingsOwner[],
  env: Environment,
): readonly SettingOverview[] {
  const byName = new Map<string, SettingOverview>()
  for (const { name: owner, settings } of owners) {
    for (const found of settings.flatMap((schema) => inspectSettings(schema, env))) {
      const known = byName.get(found.name)
      const usedBy = [...new Set([...(known?.usedBy ?? []), owner])]
      const problem = known?.problem ?? found.problem
      byName.set(found.name, { ...(known ?? found), problem, usedBy })
    }
  }
  return [...byName.values()]
}
