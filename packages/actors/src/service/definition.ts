import type { LifecycleDefinition } from '../lifecycle/define-lifecycle.ts'
import type { ResponderDefinition } from '../request/define-responder.ts'
import type { DaemonDefinition } from '../runtime/daemon.ts'
import type { WorkerDefinition } from '../worker/define-worker.ts'

/** Anything that `runServices` can run. */
export type ServiceDefinition =
  | WorkerDefinition
  | LifecycleDefinition
  | ResponderDefinition
  | DaemonDefinition

const kinds: ReadonlySet<unknown> = new Set<ServiceDefinition['kind']>([
  'worker',
  'lifecycle',
  'responder',
  'daemon',
])

/** Whether a value was made with `worker`, `lifecycle`, `responder` or `daemon`. */
export function isServiceDefinition(value: unknown): value is ServiceDefinition {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.has(value.kind)
}
