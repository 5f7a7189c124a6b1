import type { RequestType } from '../../define/define-request.ts'
import { deactivateUser } from './deactivate-user.ts'

export { deactivateUser }

/** Every request that a service answers. */
export const requestTypes: readonly RequestType[] = [deactivateUser]
