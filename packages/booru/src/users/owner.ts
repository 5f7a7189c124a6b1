import type { EntityManager } from '@mikro-orm/postgresql'
import { levels } from './levels.ts'

/** The account of the installation's owner, the oldest if there are several, or undefined if there is none. */
export async function findOwner(em: EntityManager): Promise<{ readonly id: number } | undefined> {
  const [owner] = await em.execute<{ id: number }[]>(
    'SELECT id FROM users WHERE level = ? ORDER BY id LIMIT 1',
    [levels.owner],
  )
  return owner
}
