import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { apiPage } from './api-page.ts'
import { readApi } from './read-api.ts'

const root = new URL('../../../', import.meta.url)

/** Writes the reference page of all entry points, and the complete reference as HTML. */
const { application, project, entryPoints } = await readApi()
await writeFile(new URL('docs/reference/api.md', root), apiPage(entryPoints))
await application.generateDocs(project, fileURLToPath(new URL('build/api', root)))
