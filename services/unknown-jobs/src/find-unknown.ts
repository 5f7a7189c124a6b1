import { jobTypeOfSubject } from '@danbooru-jobs/contracts/wire'

/** What is known about the job types of a stream. */
export interface KnownTypes {
  readonly declared: ReadonlySet<string>
  /** The subjects that consumers of the stream listen to. */
  readonly filters: readonly string[]
}

/** The types in these subjects that are not declared and that no consumer takes. */
export function findUnknown(subjects: Iterable<string>, { declared, filters }: KnownTypes): Set<string> {
  const taken = new Set(filters.map((filter) => jobTypeOfSubject(filter) ?? '>'))
  // A consumer that takes every type knows every type.
  if (taken.has('>') || taken.has('*')) return new Set()
  const unknown = new Set<string>()
  for (const subject of subjects) {
    const type = jobTypeOfSubject(subject)
    if (type !== undefined && !declared.has(type) && !taken.has(type)) unknown.add(type)
  }
  return unknown
}

/**
 * The pause before the next look, milliseconds: longer with more subjects, because listing them costs the server. A million of
 * them are listed every quarter of an hour.
 */
export function pauseAfter(subjects: number, every: number): number {
  return every + subjects
}
