import { type JobRecord, startTestJobs, type TestJobs } from '@danbooru-jobs/actors/testing'
import type { Backend, StartBackend } from './backend.ts'

/**
 * The in-process backend with its queues open all the time.
 *
 * @param databaseUrl for schedules, whose rows are in a database here too.
 */
export function memoryBackend(databaseUrl: () => string): StartBackend {
  return async (definitions, { needs, ...options } = {}) => {
    const database = { url: databaseUrl(), entities: [] }
    const jobs = await startTestJobs(definitions, {
      ...options,
      mode: 'inline',
      ...(needs === 'schedules' && { database }),
    })
    return backendOf(jobs)
  }
}

function backendOf(jobs: TestJobs): Backend {
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
