import { runningServices } from '@danbooru-jobs/actors/operate'
import type { Answer } from './answer.ts'
import { withNats } from './connections.ts'
import { servicesText } from './format/services.ts'

/** Every service that runs, in whatever process. */
export async function listServices(): Promise<Answer> {
  const value = await withNats(runningServices)
  return { value, text: servicesText(value) }
}
