import { modActionCreated } from '@danbooru-jobs/contracts/danbooru'
import { jsonRows } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { type ModActionCategoryName, modActionCategories } from './categories.ts'

/** An entry for the log of moderator actions. */
export interface NewModAction {
  readonly category: ModActionCategoryName
  readonly creatorId: number
  /** DText; shown after the creator's name. */
  readonly description: string
  /** What it was done to: a class name of Danbooru and an id. Not given for what does not exist any more. */
  readonly subject?: { readonly type: string; readonly id: number }
}

/**
 * Writes entries of the moderators' log, and announces each on `events.mod-action.<category>` once the transaction commits.
 * Danbooru's `ModAction.log` at commit b43a913ad7.
 *
 * @returns their ids, in the order of `actions`.
 */
export async function writeModActions<const Actions extends readonly NewModAction[]>(
  work: UnitOfWork,
  actions: Actions,
): Promise<{ readonly [Index in keyof Actions]: number }> {
  const ids = actions.length === 0 ? [] : await insertAll(work, actions)
  return ids as { readonly [Index in keyof Actions]: number }
}

async function insertAll(
  { em, outbox, now }: UnitOfWork,
  actions: readonly NewModAction[],
): Promise<readonly number[]> {
  const rows = await em.execute<{ id: number }[]>(
    `INSERT INTO mod_actions (creator_id, description, category, subject_type, subject_id, created_at, updated_at)
     SELECT creator_id, description, category, subject_type, subject_id, ?::timestamp, ?::timestamp
     FROM jsonb_to_recordset(?::jsonb) AS x(position int, creator_id int, description text, category int,
       subject_type text, subject_id int)
     ORDER BY position
     RETURNING id`,
    [
      now,
      now,
      jsonRows(
        actions.map((action, position) => ({
          position,
          creator_id: action.creatorId,
          description: action.description,
          category: modActionCategories[action.category],
          subject_type: action.subject?.type ?? null,
          subject_id: action.subject?.id ?? null,
        })),
      ),
    ],
  )
  return actions.map((action, index) => {
    const id = rows[index]?.id
    if (id === undefined) throw new Error('PostgreSQL returned fewer rows than were inserted')
    outbox.emit(modActionCreated, {
      modActionId: id,
      category: action.category,
      categoryId: modActionCategories[action.category],
      creatorId: action.creatorId,
      description: action.description,
      subjectType: action.subject?.type ?? null,
      subjectId: action.subject?.id ?? null,
      createdAt: now.toISOString(),
    })
    return id
  })
}
