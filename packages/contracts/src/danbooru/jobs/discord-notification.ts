import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

/**
 * Announces a forum post in a Discord channel (Danbooru's `DiscordNotificationJob`).
 *
 * Enqueued after the commit whenever a forum post is created, by anyone including the system user.
 */
export const discordNotification = defineJob({
  name: 'discord-notification',
  title: 'Announce a forum post on Discord',
  payload: z.object({ forumPostId: recordId }),
  delivery: { timeLimit: '5m' },
})
