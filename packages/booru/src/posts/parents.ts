import { idArray } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { planSaves } from './save-plan.ts'
import { saveTags } from './save-tags.ts'
import { recordVersions } from './versions.ts'

/**
 * Recomputes which of these posts have children, and children that are not deleted. Being saved, a parent's tags are put right
 * too; a parent that cannot be saved keeps its tags, but what is said about its children is true all the same. Danbooru's
 * `Post#update_has_children_flag` at commit b43a913ad7.
 */
export async function updateParents(
  work: UnitOfWork,
  parentIds: readonly number[],
  editorId: number,
): Promise<void> {
  if (parentIds.length === 0) return
  await work.em.execute(
    `UPDATE posts SET has_children = x.children, has_active_children = x.active, updated_at = ?::timestamp
     FROM (SELECT p.id,
         EXISTS (SELECT FROM posts c WHERE c.parent_id = p.id) AS children,
         EXISTS (SELECT FROM posts c WHERE c.parent_id = p.id AND NOT c.is_deleted) AS active
       FROM posts p WHERE p.id = ANY (?::int[])) x
     WHERE posts.id = x.id AND (has_children, has_active_children) IS DISTINCT FROM (x.children, x.active)`,
    [work.now, idArray(parentIds)],
    'run',
  )
  const { plans } = await planSaves(work.em, parentIds)
  await saveTags(work, plans, editorId)
}

/**
 * Of two posts that are each other's parent, the one that is being saved keeps its parent and the other loses it. If both are,
 * the older one keeps it. Danbooru's `Post` breaks such loops before it saves.
 */
export async function breakParentLoops(
  work: UnitOfWork,
  postIds: readonly number[],
  editorId: number,
): Promise<void> {
  const ids = idArray(postIds)
  const freed = await work.em.execute<{ id: number; child_id: number }[]>(
    `UPDATE posts parent SET parent_id = NULL, updated_at = ?::timestamp
     FROM posts child
     WHERE child.id = ANY (?::int[]) AND child.parent_id = parent.id AND parent.parent_id = child.id
       AND parent.id <> child.id AND NOT (parent.id = ANY (?::int[]) AND parent.id < child.id)
     RETURNING parent.id, child.id AS child_id`,
    [work.now, ids, ids],
  )
  await recordVersions(
    work,
    freed.map(({ id }) => id),
    editorId,
  )
  await updateParents(
    work,
    freed.map(({ child_id }) => child_id),
    editorId,
  )
}
