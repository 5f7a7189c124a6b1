import type { JobType } from '../define/define-job.ts'
import * as jobs from './jobs/index.ts'

type Declared = (typeof jobs)[keyof typeof jobs]

/** Every declared job type, in the order of their names. */
export const jobTypes: readonly Declared[] = Object.values(jobs)

/** The name of a job type that exists. */
export type JobTypeName = Declared['name']

const byName: ReadonlyMap<string, JobType> = new Map(jobTypes.map((type) => [type.name, type]))

/** The job type of that name, or undefined if there is none. */
export function jobTypeByName(name: string): JobType | undefined {
  return byName.get(name)
}
