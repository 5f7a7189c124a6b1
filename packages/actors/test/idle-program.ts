import { program } from '@danbooru-jobs/actors/program'

/** A program without services, for tests of how a program starts. */
await program(async () => ({ services: [] }))
