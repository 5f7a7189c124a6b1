import { booruEntities } from './entities/index.ts'

/**
 * What MikroORM must know to work on Danbooru's database. Spread it and add the connection:
 * `MikroORM.init({ ...booruDatabase, clientUrl })`.
 *
 * Danbooru's timestamps have no time zone and hold UTC; with `forceUtcTimezone` a `Date` is written and read as
 * UTC, whatever the time zones of the process and of the database session.
 */
export const booruDatabase = {
  entities: booruEntities,
  forceUtcTimezone: true,
}
