import type { LifecycleDefinition } from '@danbooru-jobs/actors'
import type { LifecycleReference } from '@danbooru-jobs/contracts/wire'
import { ExpectedError } from '../expected-error.ts'
import { allServices } from '../services.ts'
import type { Answer } from './answer.ts'
import { unknownName } from './arguments.ts'
import { lifecycleCourseText, lifecycleListText, stateText } from './format/lifecycle.ts'
import { answerWatched, type WatchOptions } from './watch.ts'
import { withLifecycles } from './with-operator.ts'

/**
 * The statechart of that name.
 *
 * @throws {UsageError} naming those that exist
 */
export function lifecycleNamed(name: string): LifecycleDefinition {
  const known = allServices.filter((service) => service.kind === 'lifecycle')
  return (
    known.find((definition) => definition.name === name) ??
    unknownName(
      'lifecycle',
      name,
      known.map((definition) => definition.name),
    )
  )
}

/** Lifecycles, the one that took the latest message first. */
export function listLifecycles(
  filter: { readonly machine: string | undefined; readonly isStalled: boolean; readonly limit: number },
  options: WatchOptions,
): Promise<void> {
  const { machine, ...rest } = filter
  const named = machine === undefined ? {} : { machine: lifecycleNamed(machine).name }
  return withLifecycles((lifecycles) =>
    answerWatched(options, async () => {
      const value = await lifecycles.list({ ...rest, ...named })
      return { value, text: (isColoured) => lifecycleListText(value, isColoured) }
    }),
  )
}

/** Every message that a lifecycle took. */
export async function showCourse({ machine, key }: LifecycleReference): Promise<Answer> {
  const { name } = lifecycleNamed(machine)
  const value = await withLifecycles((lifecycles) => lifecycles.course({ machine: name, key }))
  return { value, text: (isColoured) => lifecycleCourseText(value, isColoured) }
}

/** Lets a stalled lifecycle continue. @throws {ExpectedError} when it does not wait for a retry */
export async function retryLifecycle({ machine, key }: LifecycleReference): Promise<Answer> {
  const { name } = lifecycleNamed(machine)
  const result = await withLifecycles((lifecycles) => lifecycles.retry({ machine: name, key }))
  switch (result.kind) {
    case 'sent':
      return { value: { machine: name, key, ...result }, text: `retry is sent to ${name} ${key}.` }
    case 'not-stalled':
      throw new ExpectedError(
        `The lifecycle ${name} ${key} is not stalled but ${stateText(result.state)}: there is nothing to retry.`,
      )
    default:
      return result satisfies never
  }
}
