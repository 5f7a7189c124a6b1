import { booruEntities } from './entities/index.ts'

/**
 * What MikroORM must know to work on Danbooru's database. Spread it and add the connection:
 * `MikroORM.init({ ...booruDatabase, clientUrl })`.
 *
 * - Danbooru's timestamps have no time zone and hold UTC; with `forceUtcTimezone` a `Date` is written and read as
 *   UTC, whatever the time zones of the process and of the database session.
 * - The schema is Danbooru's: MikroORM creates no database and its schema generator leaves its tables, views and functions alone. A
 *   service that adds entities of its own in another PostgreSQL schema keeps the generator away from them likewise.
 */
export const booruDatabase = {
  entities: booruEntities,
  forceUtcTimezone: true,
  ensureDatabase: false,
  schemaGenerator: { skipTables: [/^/], skipViews: [/^/], ignoreRoutines: true },
}
