import { jobTypeOfSubject } from '@danbooru-jobs/contracts/wire'

/** What is known about the job types of a stream. */
export interface KnownTypes {
  readonly declared: ReadonlySet<string>
  /** The subjects that consumers of the stream listen to. */
  readonly filters: readonly string[]
}

/** The types in these subjects that are neither declared nor taken by any consumer. */
export function findUnknown(subjects: Iterable<string>, { declared, filters }: KnownTypes): Set<string> {
  const taken = new Set(filters.map((filter) => jobTypeOfSubject(filter) ?? '>'))
  // Somebody who takes every type knows every type.
  if (taken.has('>') || taken.has('*')) return new Set()
  const unknown = new Set<string>()
  for (const subject of subjects) {
    const type = jobTypeOfSubject(subject)
    if (type !== undefined && !declared.has(type) && !taken.has(type)) unknown.add(type)
  }
  return unknown
}

/**
 * When to look again, milliseconds: the more subjects there are, the rarer, because listing them costs the server. A million
 * of them are listed every quarter of an hour.
 */
export function pauseAfter(subjects: number, every: number): number {
  return every + subjects
}
