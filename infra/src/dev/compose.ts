import { migrateDatabase } from '../migrate.ts'

/** What the services of one machine need to know. */
export interface Surroundings {
  readonly natsUrl: string
  readonly databaseUrl: string
  /** Where the dashboard listens. */
  readonly port: number
  readonly dataDir: string
}

/** Services that run in this process. */
export interface RunningServices {
  /** What is running where, and commands to try; one line each. */
  readonly banner: readonly string[]
  /** Finishes what is being worked on and ends. */
  drain(): Promise<void>
}

/** Brings the database up to date. Safe to repeat. */
export async function migrate(databaseUrl: string): Promise<void> {
  await migrateDatabase(databaseUrl)
}

/** Fills an empty database with a small booru to try things on. Leaves any other database as it is. */
export async function seed(databaseUrl: string): Promise<void> {
  void databaseUrl
}

/** Runs every service in this process. */
export async function startServices({ natsUrl, databaseUrl }: Surroundings): Promise<RunningServices> {
  return {
    banner: [`NATS        ${natsUrl}`, `PostgreSQL  ${databaseUrl}`],
    drain: async () => undefined,
  }
}
