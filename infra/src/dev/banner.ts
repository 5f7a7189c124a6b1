import { shellWord } from '../process/shell-words.ts'
import { defaultPorts } from './ports.ts'

/** What `npm start` prints when everything runs. */
export interface BannerFacts {
  readonly natsUrl: string
  readonly databaseUrl: string
  readonly port: number
  readonly services: readonly string[]
  /** The data folder, where the commands have to name it to find the servers. */
  readonly dataDir: string | undefined
  readonly seeded: boolean
  /** Whether the `nats` command line client is on the `PATH`, and may be shown how to connect. */
  readonly hasNatsCli: boolean
}

/** What is running where, and three commands to try; one line each. */
export function bannerLines(facts: BannerFacts): readonly string[] {
  const { natsUrl, databaseUrl, port, services } = facts
  return [
    '',
    'danbooru-jobs is running.',
    '',
    `  NATS        ${natsUrl}`,
    `  PostgreSQL  ${databaseUrl}`,
    `  Health      http://localhost:${port}/readyz`,
    ...wrapped(`  Services    `, services),
    ...(facts.seeded
      ? ['', 'A small image board was made to try things on; every password is "password".']
      : []),
    '',
    'Try, in a second terminal in this folder:',
    '',
    ...commandsToTry(facts).map((command) => `  ${command}`),
    '',
    'Ctrl-C stops everything. LOG_LEVEL=warn shows less.',
    '',
  ]
}

/** Commands that work when they are pasted: deactivate an account, publish a job, look at the history. */
export function commandsToTry({ natsUrl, dataDir, hasNatsCli }: BannerFacts): readonly string[] {
  const cli = `${dataDir === undefined ? '' : `DATA_DIR=${shellWord(dataDir)} `}npx danbooru-jobs`
  const payload = `'{"userId":9}'`
  const isUsual = natsUrl === `nats://127.0.0.1:${defaultPorts.nats}`
  const publish = hasNatsCli
    ? `nats ${isUsual ? '' : `--server ${shellWord(natsUrl)} `}pub jobs.delete-favorites ${payload}`
    : `${cli} enqueue delete-favorites ${payload}`
  return [`${cli} deactivate voter --by owner --yes`, publish, `${cli} history`]
}

/** Names as lines of at most 90 characters, the first one after `label`, the others below its end. */
function wrapped(label: string, names: readonly string[]): string[] {
  const lines: string[] = []
  let line = label
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? name : `${name}, `
    if (line.length + word.length > 90 && line.trim() !== '' && line !== label) {
      lines.push(line.trimEnd())
      line = ' '.repeat(label.length)
    }
    line += word
  }
  return [...lines, line.trimEnd()]
}
