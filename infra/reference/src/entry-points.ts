/** A path from which other packages import. */
export interface EntryPoint {
  /** As it is written in an import. */
  readonly specifier: string
  /** The source that exports its names, from the root of the repository. */
  readonly file: string
  /** One sentence: who imports it, for what. */
  readonly purpose: string
  /** How many names it may export at most; undefined for an entry point that is not kept small. */
  readonly most?: number
}

/** The entry points of both packages. `@danbooru-jobs/actors/internal` is for this repository only and not listed. */
export const entryPoints: readonly EntryPoint[] = [
  {
    specifier: '@danbooru-jobs/contracts',
    file: 'packages/contracts/src/index.ts',
    purpose:
      'Declares job types, events and requests, and publishes them. For every service that enqueues jobs.',
    most: 45,
  },
  {
    specifier: '@danbooru-jobs/contracts/danbooru',
    file: 'packages/contracts/src/danbooru/index.ts',
    purpose: "Danbooru's job types, events and requests.",
  },
  {
    specifier: '@danbooru-jobs/contracts/wire',
    file: 'packages/contracts/src/wire.ts',
    purpose: 'Subjects, headers, streams and stored forms. For tools; it may change in any version.',
  },
  {
    specifier: '@danbooru-jobs/actors',
    file: 'packages/actors/src/index.ts',
    purpose: 'Writes and runs workers, lifecycles, schedulers and daemons.',
    most: 50,
  },
  {
    specifier: '@danbooru-jobs/actors/operate',
    file: 'packages/actors/src/operate/index.ts',
    purpose: 'Everything that an operator looks at and does. For command lines and dashboards.',
  },
  {
    specifier: '@danbooru-jobs/actors/testing',
    file: 'packages/actors/src/testing/index.ts',
    purpose: 'The test kit: job types and services on a server in memory.',
  },
  {
    specifier: '@danbooru-jobs/actors/program',
    file: 'packages/actors/src/program.ts',
    purpose: 'Connections, migrations and settings. For programs that are not services.',
  },
  {
    specifier: '@danbooru-jobs/actors/main',
    file: 'packages/actors/src/main.ts',
    purpose: 'The program of a service: its `main.ts` imports nothing else.',
  },
]
