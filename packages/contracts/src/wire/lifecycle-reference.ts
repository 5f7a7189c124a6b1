import { z } from 'zod'

/** Names one lifecycle: the statechart and which instance of it. */
export const lifecycleReference = z.object({
  /** The machine's name in kebab-case, as `user-deactivation`. */
  machine: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'expected a name in kebab-case'),
  /** The instance's key, as the user's id. */
  key: z.string().min(1).max(500),
})

/** Names one lifecycle. */
export type LifecycleReference = z.output<typeof lifecycleReference>
