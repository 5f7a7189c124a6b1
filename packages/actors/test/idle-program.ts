import { daemon } from '@danbooru-jobs/actors'
import { program } from '@danbooru-jobs/actors/program'

/** A program whose service does nothing, for tests of how a program starts. */
await program(async () => ({
  idle: daemon({
    name: 'idle',
    title: 'Does nothing',
    usesDatabase: false,
    start: async () => ({ stop: async () => undefined }),
  }),
}))
