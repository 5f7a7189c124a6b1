import type { EventType } from '../../define/define-event.ts'
import { modActionCreated } from './mod-action.ts'
import { userDeactivated } from './user-deactivated.ts'

export { modActionCreated, userDeactivated }

/** Every event type. */
export const eventTypes: readonly Pick<EventType, 'filter' | 'title' | 'payload'>[] = [
  modActionCreated,
  userDeactivated,
]
