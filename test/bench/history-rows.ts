import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** Waits until the history has exactly `count` rows that fit a condition. */
export async function untilRows(databaseUrl: string, condition: string, count: number): Promise<void> {
  await using client = await connected(databaseUrl)
  while ((await rowsOf(client, condition)) !== count) await delay(50)
}

/** How many rows of the history fit a condition. */
export async function rowsOf(client: pg.Client, condition: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `select count(*) as count from jobs.history where ${condition}`,
  )
  return Number(rows[0]?.count)
}

/** A connection that ends with its block. */
export async function connected(databaseUrl: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}
