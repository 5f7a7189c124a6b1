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
