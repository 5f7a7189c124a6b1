import { program } from '@danbooru-jobs/actors/main'

/** A program that exports nothing to run, for tests of how a program starts. */
await program(async () => ({ answer: 42 }))
