import { type AnyMachineSnapshot, createActor, initialTransition, transition } from 'xstate'
import type { EmitParams, EnqueueParams, LifecycleDefinition } from './define-lifecycle.ts'

/** What a step of a lifecycle wants done. */
export type LifecycleAction =
  | { readonly kind: 'enqueue'; readonly params: EnqueueParams }
  | { readonly kind: 'emit'; readonly params: EmitParams }
  | {
      readonly kind: 'wake'
      readonly timer: string
      readonly after: number
      readonly event: { type: string }
    }

/** Where a lifecycle stands after a step, as it is stored. */
export interface Standing {
  readonly state: unknown
  readonly snapshot: unknown
  readonly status: 'active' | 'done' | 'error' | 'stopped'
  readonly tags: readonly string[]
}

/** A step: where the lifecycle stands now, and what is to be done. */
export interface Step {
  readonly standing: Standing
  readonly actions: readonly LifecycleAction[]
}

/** A lifecycle's first step. */
export function begin(definition: LifecycleDefinition, input: unknown): Step {
  const [snapshot, actions] = initialTransition(definition.machine, input)
  return stepOf(definition, snapshot, actions)
}

/**
 * The step that a message causes. An event that the state does not know changes nothing.
 *
 * @param stored what {@link Standing.snapshot} said after the step before.
 */
export function advance(definition: LifecycleDefinition, stored: unknown, event: { type: string }): Step {
  const restored = createActor(definition.machine, { snapshot: stored as never }).getSnapshot()
  const [snapshot, actions] = transition(definition.machine, restored, event)
  return stepOf(definition, snapshot, actions)
}

function stepOf(
  definition: LifecycleDefinition,
  snapshot: AnyMachineSnapshot,
  actions: readonly ExecutableAction[],
): Step {
  return {
    standing: {
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
