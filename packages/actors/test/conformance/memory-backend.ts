import { type JobRecord, startTestJobs } from '@danbooru-jobs/actors/testing'
import type { Backend, StartBackend } from './backend.ts'

/** The in-process backend with its queues open all the time. */
export const startMemoryBackend: StartBackend = async (workers, options = {}) => {
  const jobs = await startTestJobs(workers, { ...options, mode: 'inline' })
  const backend: Backend = {
    publisher: jobs.publisher,
    connection: jobs.connection,
    control: jobs.control,
    queues: jobs.queues,
    async until(condition) {
      for (let step = 0; step < 500; step++) {
        for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve))
        const value = condition()
        if (value) return value
        await jobs.advance('100ms')
      }
      throw new Error(`it never came true: ${condition}`)
    },
    record: (id): JobRecord | undefined => jobs.record(id),
    stored: async (type) => jobs.enqueued(type).length,
    crash: () => jobs.crash(),
    restart: () => jobs.restart(),
    [Symbol.asyncDispose]: () => jobs[Symbol.asyncDispose](),
  }
  return backend
}
