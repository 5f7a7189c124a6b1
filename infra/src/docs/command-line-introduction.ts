/** The part of the reference page of the command line before the list of commands. */
export const commandLineIntroduction = `<!-- Written by "npm run docs:cli" from the declarations in the code. -->
# The command line

\`danbooru-jobs\` starts the services, puts jobs into queues, and shows and changes what the services work on. Run it in the folder of the
project as \`npx danbooru-jobs <command>\`. Every command has \`--help\` with the text of this page.

## Servers

Commands find their servers in this order:

1. \`NATS_URL\` and \`DATABASE_URL\`. Where one is not set, that of a running \`npm start\` on \`DATA_DIR\`.
2. With \`DATA_DIR\`, the servers of the \`npm start\` that runs on this folder.
3. With none of the three, the servers of the last \`npm start\` of this project that still runs, with any \`DATA_DIR\`. The default of
   \`DATA_DIR\` is \`.data\` in the folder of the project.

\`npm start\` remembers its folder in \`$XDG_STATE_HOME/danbooru-jobs\`, by default \`~/.local/state/danbooru-jobs\`, as soon as everything
runs. It starts all the same if it cannot write there.

| variable | meaning |
| --- | --- |
| \`NATS_URL\` | NATS servers, separated by commas |
| \`DATABASE_URL\` | a PostgreSQL database |
| \`DATA_DIR\` | the folder of \`npm start\` |
| \`NO_COLOR=1\`, \`FORCE_COLOR=1\` | no colours, or colours although the output is not a terminal |

The page [Settings](settings.md) lists what the services read.

## Output

- **Tables** are for people and may change. Times are in UTC, as everything in the database. An empty list is a sentence.
- **\`--json\`** writes one JSON value to standard output. Times are ISO 8601 in UTC. Errors go to standard error.
- **\`--watch [seconds]\`** shows the answer again every 2 seconds, or as many as given, until Ctrl-C, which ends with exit code 0. Without a
  terminal it needs \`--json\` and writes one line of JSON for each answer.
- **Colours** are used on a terminal only.

## Exit codes

| code | meaning |
| --- | --- |
| 0 | Done. A job that is there already (\`duplicate\`, \`already-queued\`) counts as done. |
| 1 | Failed, or refused by a schema, a service or a server. |
| 2 | A usage error: an option, an argument or a name that does not exist, or a question without a terminal. |

## Questions

\`deactivate\` cannot be undone, so it asks first. \`queues purge\`, and \`jobs redrive\` without \`--type\`, \`--error\` and \`--since\`, ask with the
number of jobs that they will change. \`--yes\` answers for scripts. Without it and without a terminal nothing is done, and the exit code is 2.

## Times

| option | takes |
| --- | --- |
| \`--delay\` | \`500ms\`, \`30s\`, \`10m\`, \`24h\`, \`7d\`, \`2w\` |
| \`--since\` | \`1h\` or \`1h ago\`, and a point in time that is not in the future |
| \`--at\` | \`1h\` or \`in 1h\`, and a point in time that is not in the past |

A point in time is \`2026-12-31\`, \`2026-12-31T18:30:00+01:00\`, \`now\`, \`today\`, \`yesterday\` or \`tomorrow\`. A day means its midnight. What has
no zone is UTC.

## Names

A job type, state, schedule, service or lifecycle that does not exist is refused with the nearest name. A job type that this version
does not declare is known while the history has jobs of it.

## Completion in a shell

[\`completion\`](#completion) prints a script for bash, zsh or fish. It completes commands, options, and the names that this version declares:
job types, states, schedules, services and lifecycles. Write it again after an upgrade. The shell needs the program on the \`PATH\`; in the
folder of the project, this puts it there:

\`\`\`sh
ln -s "$PWD/infra/bin/danbooru-jobs.mjs" ~/.local/bin/danbooru-jobs
\`\`\`
`
