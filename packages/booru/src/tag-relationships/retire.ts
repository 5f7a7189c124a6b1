import { forumTopicCategories } from '../entities/index.ts'
import { type Posted, postToForum } from '../forum/post.ts'
import { findOrOpenForumTopic } from '../forum/topic.ts'
import { idArray } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import type { TagRelationshipKind, UnusedRelationship } from './unused.ts'

/** The topic in which retirements are announced; found by its exact title. */
export const retirementTopicTitle = 'Retired tag aliases & implications'

const firstPost = `This topic lists the tag aliases and implications that were retired: those from or to empty tags, \
and old ones that nobody needs any more. A retired alias or implication has no effect; posts are not changed by it. \
Ask here if one of them should come back.`

const tables: Record<TagRelationshipKind, string> = { alias: 'tag_aliases', implication: 'tag_implications' }

/** The id of the topic in which retirements are announced, opened by the system user if it does not exist. */
export function retirementTopic(work: UnitOfWork, systemId: number): Promise<number> {
  return findOrOpenForumTopic(work, {
    title: retirementTopicTitle,
    body: firstPost,
    creatorId: systemId,
    categoryId: forumTopicCategories.tags,
  })
}

/**
 * Retires aliases and implications: from now on they have no effect. Posts are not edited and nothing is logged; the caller
 * announces it. Danbooru's `TagRelationship` at commit b43a913ad7.
 *
 * @returns those that were active until now.
 */
export async function retireTagRelationships(
  { em, now }: UnitOfWork,
  relationships: readonly UnusedRelationship[],
): Promise<UnusedRelationship[]> {
  const retired: UnusedRelationship[] = []
  for (const kind of ['alias', 'implication'] as const) {
    const chosen = relationships.filter((one) => one.kind === kind)
    if (chosen.length === 0) continue
    const rows = await em.execute<{ id: number }[]>(
      `UPDATE ${tables[kind]} SET status = 'retired', updated_at = ?::timestamp
       WHERE id = ANY (?::int[]) AND status = 'active' RETURNING id`,
      [now, idArray(chosen.map(({ id }) => id))],
    )
    const ids = new Set(rows.map(({ id }) => id))
    retired.push(...chosen.filter(({ id }) => ids.has(id)))
  }
  return retired
}

/**
 * Announces retirements in one post, sorted. Called in the transaction that retires them: what is retired is announced.
 * 400 of them always fit into a post.
 */
export function announceRetirements(
  work: UnitOfWork,
  topicId: number,
  systemId: number,
  retired: readonly UnusedRelationship[],
): Promise<Posted> {
  const body = retired.map(retirementLine).sort().join('\n')
  return postToForum(work, { topicId, creatorId: systemId, body })
}

function retirementLine({ kind, antecedentName, consequentName }: UnusedRelationship): string {
  return `The tag ${kind} [[${antecedentName}]] -> [[${consequentName}]] has been retired.`
}
