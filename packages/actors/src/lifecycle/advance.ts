import { type AnyMachineSnapshot, createActor, initialTransition, transition } from 'xstate'
import type { EmitParams, EnqueueParams, LifecycleDefinition } from './define-lifecycle.ts'

/** What a transition of a lifecycle orders. */
export type LifecycleAction =
  | { readonly kind: 'enqueue'; readonly params: EnqueueParams }
  | { readonly kind: 'emit'; readonly params: EmitParams }
  | {
      readonly kind: 'wake'
      readonly timer: string
      readonly after: number
      readonly event: { type: string }
    }

/** The state of a lifecycle after a transition, as it is stored. */
export interface LifecycleState {
  readonly state: unknown
  readonly snapshot: unknown
  readonly status: 'active' | 'done' | 'error' | 'stopped'
  readonly tags: readonly string[]
}

/** A transition: the state that the lifecycle is in now, and what is to be done. */
export interface Transition {
  readonly lifecycle: LifecycleState
  readonly actions: readonly LifecycleAction[]
}

/** A lifecycle's initial transition. */
export function begin(definition: LifecycleDefinition, input: unknown): Transition {
  const [snapshot, actions] = initialTransition(definition.machine, input)
  return transitionOf(definition, snapshot, actions)
}

/**
 * The transition that a message causes. An event that the state does not handle changes nothing.
 *
 * @param stored {@link LifecycleState.snapshot} of the transition before.
 */
export function advance(
  definition: LifecycleDefinition,
  stored: unknown,
  event: { type: string },
): Transition {
  const restored = createActor(definition.machine, { snapshot: stored as never }).getSnapshot()
  const [snapshot, actions] = transition(definition.machine, restored, event)
  return transitionOf(definition, snapshot, actions)
}

function transitionOf(
  definition: LifecycleDefinition,
  snapshot: AnyMachineSnapshot,
  actions: readonly ExecutableAction[],
): Transition {
  return {
    lifecycle: {
      state: snapshot.value,
      snapshot: definition.machine.getPersistedSnapshot(snapshot),
      status: snapshot.status,
      tags: [...snapshot.tags],
    },
    actions: actions.flatMap(actionOf),
  }
}

interface ExecutableAction {
  readonly type: string
  readonly params: unknown
}

/**
 * A timer that is not wanted any more needs no cancelling: the event it brings names the state that it belongs to, and a state
 * entered again replaces its timer.
 */
function actionOf(action: ExecutableAction): LifecycleAction[] {
  switch (action.type) {
    case 'enqueue':
      return [{ kind: 'enqueue', params: action.params as EnqueueParams }]
    case 'emit':
      return [{ kind: 'emit', params: action.params as EmitParams }]
    case 'xstate.raise': {
      const raised = action.params as { id: string; delay: number; event: { type: string } }
      return [{ kind: 'wake', timer: raised.id, after: raised.delay, event: raised.event }]
    }
    case 'xstate.cancel':
      return []
    default:
      throw new TypeError(
        `a lifecycle cannot do "${action.type}": its actions are enqueue, emit and delayed transitions`,
      )
  }
}
