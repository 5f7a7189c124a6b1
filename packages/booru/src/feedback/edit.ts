import { LockMode } from '@mikro-orm/core'
import { User, UserFeedback } from '../entities/index.ts'
import { writeModActions } from '../mod-actions/write.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { isModerator } from '../users/levels.ts'
import type { FeedbackCategory } from './give.ts'

/** What may be changed about feedback; deleting hides it from everybody but moderators. */
export interface FeedbackChange {
  readonly category?: FeedbackCategory
  readonly body?: string
  readonly isDeleted?: boolean
}

export type FeedbackEdited = 'changed' | 'unchanged' | 'missing' | 'forbidden'

/**
 * Changes feedback. Its creator may as long as it is not deleted; moderators may unless it is about themselves, and their
 * changes, deleting it included, are logged. Danbooru's `UserFeedback` and `UserFeedbackPolicy` at commit b43a913ad7.
 */
export async function editFeedback(
  work: UnitOfWork,
  feedbackId: number,
  editor: { readonly id: number; readonly level: number },
  change: FeedbackChange,
): Promise<FeedbackEdited> {
  const { em, now } = work
  const feedback = await em.findOne(UserFeedback, feedbackId, {
    lockMode: LockMode.PESSIMISTIC_WRITE,
    refresh: true,
  })
  if (feedback === null) return 'missing'
  if (!mayEdit(feedback, editor)) return 'forbidden'
  const { category = feedback.category, body = feedback.body, isDeleted = feedback.isDeleted } = change
  const changed = category !== feedback.category || body !== feedback.body || isDeleted !== feedback.isDeleted
  if (!changed) return 'unchanged'
  Object.assign(feedback, { category, body, isDeleted, updatedAt: now })
  await em.flush()
  if (feedback.creatorId !== editor.id) await logEdit(work, feedback.userId, editor.id)
  return 'changed'
}

function mayEdit(feedback: UserFeedback, editor: { id: number; level: number }): boolean {
  const moderates = isModerator(editor) && feedback.userId !== editor.id
  return moderates || (feedback.creatorId === editor.id && !feedback.isDeleted)
}

async function logEdit(work: UnitOfWork, userId: number, editorId: number): Promise<void> {
  const user = await work.em.findOneOrFail(User, userId, { fields: ['name'] })
  await writeModActions(work, [
    {
      category: 'user_feedback_update',
      creatorId: editorId,
      description: `updated user feedback for "${user.name}":/users/${userId}`,
      subject: { type: 'User', id: userId },
    },
  ])
}
