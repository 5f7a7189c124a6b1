export {
  Database,
  type DatabaseDefinition,
  type DatabaseSettings,
  openDatabase,
} from './database/database.ts'
export { migrateJobsSchema } from './database/migrate.ts'
export { type Clock, type NewId, type Random, systemClock } from './environment/environment.ts'
export { type Program, program } from './service/program.ts'
export { readSettings, type ServiceSettings, SettingError } from './service/settings.ts'
export { connectNats, type NatsSettings } from './transport/nats-connection.ts'
