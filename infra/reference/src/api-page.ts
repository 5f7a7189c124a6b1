import type { EntryPointNames } from './read-api.ts'

const introduction = `# API

Every name that another package may import, with the first sentence of its documentation. This page is made from the sources by
\`npm run docs\`, which also writes the complete reference, with parameters and errors, as HTML to \`build/api/\`.
`

/** The reference page of the entry points, as Markdown. */
export function apiPage(entryPoints: readonly EntryPointNames[]): string {
  const overview = [
    '| import from | names | at most | for |',
    '| --- | ---: | ---: | --- |',
    ...entryPoints.map(
      ({ specifier, names, most, purpose }) =>
        `| [\`${specifier}\`](#${anchor(specifier)}) | ${names.length} | ${most ?? ''} | ${purpose} |`,
    ),
  ]
  return `${[introduction, `${overview.join('\n')}\n`, ...entryPoints.map(section)].join('\n')}`
}

function section({ specifier, names }: EntryPointNames): string {
  const rows = names.map(({ name, kind, summary }) => `| \`${name}\` | ${kind} | ${cell(summary)} |`)
  return `## ${specifier}\n\n| name | kind | |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}

/** Text within a row: a bar would end the cell, and a bracket could begin a tag. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

/** The anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^a-z0-9 -]/g, '')
}
