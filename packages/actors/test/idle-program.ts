import { program } from '@danbooru-jobs/actors/program'

/** A program whose service does nothing, for tests of how a program starts. */
await program(async () => {
  const { daemon } = await import('@danbooru-jobs/actors')
  const start = async () => ({ stop: async () => undefined })
  return { idle: daemon({ name: 'idle', title: 'Does nothing', usesDatabase: false, start }) }
})
