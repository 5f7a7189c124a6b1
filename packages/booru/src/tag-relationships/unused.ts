import type { EntityManager } from '@mikro-orm/postgresql'

export type TagRelationshipKind = 'alias' | 'implication'

/** An alias or implication, named as on the site. */
export interface UnusedRelationship {
  readonly kind: TagRelationshipKind
  readonly id: number
  readonly antecedentName: string
  readonly consequentName: string
}

/** Where a walk over aliases and then implications stands. */
export interface RelationshipCursor {
  readonly aliasId: number
  readonly implicationId: number
}

export const startOfRelationships: RelationshipCursor = { aliasId: 0, implicationId: 0 }

/**
 * The next active aliases and implications, aliases first and each by id, that are not needed any more:
 *
 * - aliases to a tag without posts, whatever their age;
 * - aliases to an artist tag that are two years old;
 * - aliases to a general tag that are two years old, if the last post with that tag is as old;
 * - implications from a tag without posts, except those of banned artists (to `banned_artist`).
 *
 * Danbooru's `TagRelationshipRetirementService` at commit b43a913ad7.
 */
export async function unusedRelationships(
  em: EntityManager,
  { now, after, limit }: { now: Date; after: RelationshipCursor; limit: number },
): Promise<UnusedRelationship[]> {
  const aliases = await em.execute<Row[]>(unusedAliases, [after.aliasId, now, now, limit])
  const left = limit - aliases.length
  const implications =
    left > 0 ? await em.execute<Row[]>(unusedImplications, [after.implicationId, left]) : []
  return [...aliases.map(named('alias')), ...implications.map(named('implication'))]
}

interface Row {
  readonly id: number
  readonly antecedent_name: string
  readonly consequent_name: string
}

const named = (kind: TagRelationshipKind) => (row: Row) => ({
  kind,
  id: row.id,
  antecedentName: row.antecedent_name,
  consequentName: row.consequent_name,
})

/**
 * A tag is searched for under the name that it is aliased to. The lateral join keeps PostgreSQL walking the primary key until it has
 * enough; a plain one would read and sort all relationships for every batch.
 */
const unusedAliases = `
  SELECT a.id, a.antecedent_name, a.consequent_name
  FROM tag_aliases a
  CROSS JOIN LATERAL (SELECT name, category, post_count FROM tags WHERE name = a.consequent_name LIMIT 1) t
  WHERE a.status = 'active' AND a.id > ?
    AND (
      t.post_count <= 0
      OR (t.category IN (0, 1) AND a.created_at < ?::timestamp - interval '2 years' AND (
        t.category = 1
        OR NOT EXISTS (
          SELECT FROM posts
          WHERE posts.created_at > ?::timestamp - interval '2 years'
            AND string_to_array(tag_string, ' ') @> ARRAY[coalesce(
              (SELECT next.consequent_name FROM tag_aliases next
               WHERE next.antecedent_name = t.name AND next.status = 'active' LIMIT 1), t.name)::text]
        )
      ))
    )
  ORDER BY a.id LIMIT ?`

const unusedImplications = `
  SELECT i.id, i.antecedent_name, i.consequent_name
  FROM tag_implications i
  CROSS JOIN LATERAL (SELECT post_count FROM tags WHERE name = i.antecedent_name LIMIT 1) t
  WHERE i.status = 'active' AND i.id > ? AND t.post_count <= 0 AND i.consequent_name <> 'banned_artist'
  ORDER BY i.id LIMIT ?`
