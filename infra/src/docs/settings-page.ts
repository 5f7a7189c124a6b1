import {
  declarationsOf,
  everyService,
  type SettingDeclaration,
  type SettingsOwner,
} from '@danbooru-jobs/actors/program'

/** The text before the tables. */
const introduction = `<!-- Written by "npm run docs:settings" from the declarations in the code. -->
# Settings

Settings are environment variables. A process reads all of its settings when it starts, and does not start if one is wrong: it writes
one line for each. \`npx danbooru-jobs settings\` lists them with their values and marks those that are wrong.

- **From a file.** Each setting can be read from a file: \`DATABASE_URL_FILE=/run/secrets/database-url\` is for \`DATABASE_URL\`. A line
  break at the end of the file is ignored. A variable and its file must not both be set.
- **Secrets.** The value of a secret is never shown or logged; of an address, the password is not.
- **Empty** is the same as not set.
- **Compiled code** is kept in \`~/.cache/danbooru-jobs/compiled\` from one start to the next. Node.js's own variable
  \`NODE_COMPILE_CACHE\` names another folder; a service of which it is set takes 11 MB less memory.

A service declares its settings, see [Add a job type](../how-to/add-a-job-type.md).
`

/** The reference page of all settings, as Markdown. */
export function settingsPage(owners: readonly SettingsOwner[]): string {
  return [introduction, ...owners.map(section)].join('\n')
}

function section({ name, settings }: SettingsOwner): string {
  const rows = settings.flatMap(declarationsOf).map((one) => `| ${cells(one).join(' | ')} |`)
  return [
    `## ${heading(name)}`,
    '',
    '| setting | default | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function heading(owner: string): string {
  return owner === everyService ? 'Every service' : `\`${owner}\``
}

function cells({ name, fallback, isRequired, masked, description }: SettingDeclaration): readonly string[] {
  const shown = isRequired ? '**required**' : fallback === undefined ? 'none' : `\`${fallback}\``
  return [`\`${name}\``, shown, cell(`${description}${masked === 'all' ? ' (secret)' : ''}`)]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
