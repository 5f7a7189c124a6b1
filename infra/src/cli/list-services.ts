import { runningServices } from '@danbooru-jobs/actors/operate'
import { withNats } from './connections.ts'
import { servicesText } from './format/services.ts'
import { answerWatched, type WatchOptions } from './watch.ts'

/** Every service that runs, in all processes. */
export function listServices(options: WatchOptions): Promise<void> {
  return withNats((nats) =>
    answerWatched(options, async () => {
      const value = await runningServices(nats)
      return { value, text: (isColoured) => servicesText(value, isColoured) }
    }),
  )
}
