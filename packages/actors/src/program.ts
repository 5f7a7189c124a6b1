export {
  Database,
  type DatabaseDefinition,
  type DatabaseSettings,
  openDatabase,
} from './database/database.ts'
export { type JobsMigration, migrateJobsSchema } from './database/migrate.ts'
export { type Clock, type NewId, type Random, systemClock } from './environment/environment.ts'
export { readServiceSettings, type ServiceSettings, serviceSettings } from './service/settings.ts'
export {
  everyService,
  overviewOfSettings,
  type SettingOverview,
  type SettingsOwner,
  settingsOwners,
} from './service/settings-overview.ts'
export {
  type Environment,
  type FoundSetting,
  inspectSettings,
  readSettings,
  SettingError,
} from './settings/read-settings.ts'
export {
  databaseAddress,
  durationText,
  natsAddress,
  wholeNumber,
} from './settings/setting-types.ts'
export { declarationsOf, type SettingDeclaration, type SettingsSchema } from './settings/settings-schema.ts'
export { withoutPassword } from './settings/without-password.ts'
export { connectNats, type NatsSettings } from './transport/nats-connection.ts'
