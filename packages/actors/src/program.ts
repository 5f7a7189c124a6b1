export {
  Database,
  type DatabaseDefinition,
  type DatabaseSettings,
  openDatabase,
} from './database/database.ts'
export { migrateJobsSchema } from './database/migrate.ts'
export { type Clock, type NewId, type Random, systemClock } from './environment/environment.ts'
export { program, type ServiceModule, servicesOf } from './service/program.ts'
export { readServiceSettings, type ServiceSettings, serviceSettings } from './service/settings.ts'
export {
  type Environment,
  type FoundSetting,
  inspectSettings,
  readSettings,
  SettingError,
} from './settings/read-settings.ts'
export {
  declarationsOf,
  durationText,
  type SettingDeclaration,
  type SettingsSchema,
  wholeNumber,
} from './settings/settings-schema.ts'
export { connectNats, type NatsSettings } from './transport/nats-connection.ts'
