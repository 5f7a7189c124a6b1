import { isAdmin, isGold, isOwner } from './levels.ts'

/** Who wants whose account gone, as far as it matters. */
export interface DeactivationClaim {
  /** Undefined if there is no such account. */
  readonly deleter: { readonly id: number; readonly level: number } | undefined
  readonly target: { readonly id: number; readonly level: number; readonly isBanned: boolean }
  /** Whether the password that came with the claim is the target's. Asked only of those who delete themselves. */
  readonly passwordCorrect: boolean
}

/**
 * Everything that forbids a deactivation, in Danbooru's words and order (`UserDeletion` at commit b43a913ad7); nothing if it
 * may go ahead. A requester other than the user must be the site's Owner, needs no password, and may remove accounts below Gold.
 */
export function deactivationErrors({ deleter, target, passwordCorrect }: DeactivationClaim): string[] {
  const broken =
    deleter?.id === target.id
      ? [
          !passwordCorrect && 'Password is incorrect',
          isAdmin(target) && 'Admins cannot delete their account',
          target.isBanned && 'You cannot delete your account if you are banned',
        ]
      : [
          !(deleter && isOwner(deleter)) && 'You cannot delete an account belonging to another user',
          isGold(target) && 'You cannot delete a privileged account',
        ]
  return broken.filter((error) => error !== false)
}
