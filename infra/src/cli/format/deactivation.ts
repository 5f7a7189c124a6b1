import type { deactivateUser } from '@danbooru-jobs/contracts/danbooru'
import type { z } from 'zod'

/** The answer to a request to deactivate an account. */
export type DeactivationReply = z.output<(typeof deactivateUser)['reply']>

/** The answer as text: one line, or one for each error. */
export function deactivationText(reply: DeactivationReply): string {
  switch (reply.status) {
    case 'accepted': {
      const { machine, key } = reply.lifecycle
      const already = reply.alreadyInProgress === true ? ' (it was under way already)' : ''
      return `accepted: lifecycle ${machine} ${key}${already}`
    }
    case 'refused':
    case 'invalid':
    case 'limited':
    case 'failed':
      return reply.errors.map((error) => `${reply.status}: ${error}`).join('\n')
    default:
      return reply satisfies never
  }
}
