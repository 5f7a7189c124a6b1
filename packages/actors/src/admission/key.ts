import type { UniqueMode } from '@danbooru-jobs/contracts/wire'
import { type JobAddress, leavesKeyWhenStarted, ownAddress } from '@danbooru-jobs/contracts/wire'

/**
 * The address to which a job moves when it starts, or undefined if it stays. A queued job of `while-queued` is at its key, where
 * the server refuses the next one; once it starts it continues below the key, and the key is free.
 */
export function startAddress(
  mode: UniqueMode | undefined,
  address: JobAddress,
  jobId: string,
): JobAddress | undefined {
  const isAtKey = address.key !== undefined && address.slot === undefined
  return leavesKeyWhenStarted(mode) && isAtKey ? ownAddress(address, jobId) : undefined
}

/** The address of the key that a started job has freed, or undefined for a job that is still at its key or has none. */
export function freedKey(mode: UniqueMode | undefined, address: JobAddress): JobAddress | undefined {
  if (!leavesKeyWhenStarted(mode) || address.slot === undefined) return undefined
  return { type: address.type, key: address.key }
}
