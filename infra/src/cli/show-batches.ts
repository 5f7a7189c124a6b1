import type { Answer } from './answer.ts'
import { batchesText, batchText } from './format/batches.ts'
import { withBatches } from './with-operator.ts'

/** Batches, the newest first. */
export async function listBatches(filter: {
  readonly isOpen?: boolean
  readonly limit: number
}): Promise<Answer> {
  const value = await withBatches((batches) => batches.list(filter))
  return { value, text: batchesText(value) }
}

/** One batch and its jobs that have not ended. */
export async function showBatch(id: string, most: number): Promise<Answer> {
  const value = await withBatches((batches) => batches.show(id, most))
  return { value, text: batchText(value) }
}
