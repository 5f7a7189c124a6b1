import { sendAutomatedDmail } from '../dmails/send.ts'
import { UserFeedback } from '../entities/index.ts'
import type { UnitOfWork } from '../unit-of-work.ts'

export type FeedbackCategory = UserFeedback['category']

/** Feedback to write on an account's record. */
export interface NewFeedback {
  readonly userId: number
  readonly creator: { readonly id: number; readonly name: string }
  readonly category: FeedbackCategory
  /** DText. */
  readonly body: string
  /** `false`: the user is not notified. */
  readonly notify?: false
}

/**
 * Writes feedback on a user's record and notifies the user by dmail. Who may write it is the caller's to decide: jobs act as the
 * system user. Danbooru's `UserFeedback` at commit b43a913ad7.
 *
 * @returns the id of the feedback.
 * @throws RangeError if the body is blank.
 */
export async function giveFeedback(work: UnitOfWork, feedback: NewFeedback): Promise<number> {
  const { userId, creator, category, body, notify } = feedback
  if (body.trim() === '') throw new RangeError("feedback can't be blank")
  const { em, now } = work
  const row = { userId, creatorId: creator.id, category, body, createdAt: now, updatedAt: now }
  const id = await em.insert(UserFeedback, row)
  if (notify !== false) {
    const message = { title: 'Your user record has been updated', body: feedbackDmailBody(feedback) }
    await sendAutomatedDmail(work, { toId: userId, ...message })
  }
  return id
}

const negativeNotice = `You have received negative feedback. It stays on your record: please read it, follow the rules of the site \
from now on, and ask a moderator if you do not understand it. Repeated negative feedback may lead to a ban.`

/** The notice to the user: who wrote which kind of feedback, and the feedback itself. Negative feedback begins with a notice. */
export function feedbackDmailBody({ userId, creator, category, body }: NewFeedback): string {
  const record = `"${category} record":/user_feedbacks?search%5Buser_id%5D=${userId}`
  const notice = `@${creator.name} created a ${record} for your account:\n\n${body}`
  return category === 'negative' ? `${negativeNotice}\n\n${notice}` : notice
}
