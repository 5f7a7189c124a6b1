import type { ServiceDefinition } from '@danbooru-jobs/actors'
import {
  type Environment,
  overviewOfSettings,
  type SettingOverview,
  type SettingsOwner,
  settingsOwners,
} from '@danbooru-jobs/actors/program'
import { machineSettings } from '../settings.ts'

/** Who reads settings: services, and the commands on this machine. */
export function allOwners(services: readonly ServiceDefinition[]): readonly SettingsOwner[] {
  return [...settingsOwners(services), { name: 'npm start', settings: [machineSettings] }]
}

/** Every setting of services and of this machine, as an environment gives it. */
export function listSettings(
  services: readonly ServiceDefinition[],
  env: Environment,
): readonly SettingOverview[] {
  return overviewOfSettings(allOwners(services), env)
}
