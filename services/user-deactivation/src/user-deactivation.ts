export { booruDatabase as database } from '@danbooru-jobs/booru'
export { deactivateUserResponder } from './deactivate-user.ts'
export { userDeactivation } from './lifecycle.ts'
export { userDeactivationMachine } from './machine.ts'
