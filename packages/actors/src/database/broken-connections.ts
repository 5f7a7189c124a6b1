import type { EntityManager } from '@mikro-orm/postgresql'

type Pool = Awaited<ReturnType<ReturnType<EntityManager['getConnection']>['getNativeClient']>>

/**
 * Returns a connection that breaks during a transaction to its pool. Kysely, on which MikroORM is built, keeps the
 * connection of a transaction whose `begin`, `commit` or `rollback` fails (kysely-org/kysely#1990): without this, each connection
 * that PostgreSQL breaks within a transaction would take one place of the pool with it, and the last one the whole process.
 */
export function reclaimBroken(pool: Pool): void {
  const watched = new WeakSet<object>()
  pool.on('acquire', (client) => {
    if (watched.has(client)) return
    watched.add(client)
    // A caller that had the connection for a single query returns it before the next turn of the event loop.
    client.once('end', () => setImmediate(() => releaseOnce(client)))
  })
}

function releaseOnce(client: { release(destroy: boolean): void }): void {
  try {
    client.release(true)
  } catch {
    // It was given back already.
  }
}
