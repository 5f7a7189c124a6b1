import { batchNewsMessage, jobHeader, natsHeader, type OutgoingMessage } from '@danbooru-jobs/contracts/wire'
import { lastAt } from '../admission/release.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { OutboxRow, Relayed } from './relay.ts'

/**
 * What the batches have to be told of jobs that were not added because another one of their key is there already: they count as
 * cancelled, or their batch would wait for them for ever.
 */
export async function refusedMembers(
  runtime: Runtime,
  relayed: readonly Relayed[],
): Promise<readonly OutgoingMessage[]> {
  const rows = relayed.flatMap((one) => (one.kind === 'stored' && one.alreadyQueued ? [one.row] : []))
  const told = await Promise.all(rows.map((row) => refusedMember(runtime, row)))
  return told.filter((message) => message !== undefined)
}

async function refusedMember(runtime: Runtime, { headers }: OutboxRow): Promise<OutgoingMessage | undefined> {
  const [batch, jobId] = [headers[jobHeader.batch], headers[jobHeader.id]]
  const claim = headers[natsHeader.expectedLastSubjectSequenceSubject]
  if (batch === undefined || jobId === undefined || claim === undefined) return undefined
  const there = await lastAt(runtime, claim)
  if (there?.header.get(jobHeader.id) === jobId) return undefined
  return batchNewsMessage({ type: 'job.ended', batch, jobId, state: 'cancelled' })
}
