import type { Answer } from './answer.ts'
import { batchesText, batchText } from './format/batches.ts'
import { answerWatched, type WatchOptions } from './watch.ts'
import { withBatches } from './with-operator.ts'

/** Batches, the newest first. */
export function listBatches(
  filter: { readonly isOpen?: boolean; readonly limit: number },
  options: WatchOptions,
): Promise<void> {
  return withBatches((batches) =>
    answerWatched(options, async () => {
      const value = await batches.list(filter)
      return { value, text: (isColoured) => batchesText(value, isColoured) }
    }),
  )
}

/** One batch and its jobs that have not ended. */
export async function showBatch(id: string, most: number): Promise<Answer> {
  const value = await withBatches((batches) => batches.show(id, most))
  return { value, text: (isColoured) => batchText(value, isColoured) }
}
