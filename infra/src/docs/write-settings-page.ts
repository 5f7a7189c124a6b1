import { writeFile } from 'node:fs/promises'
import { allOwners } from '../cli/list-settings.ts'
import { allServices } from '../services.ts'
import { settingsPage } from './settings-page.ts'

const page = new URL('../../../docs/reference/settings.md', import.meta.url)

/** Writes the reference page of all settings. */
await writeFile(page, settingsPage(allOwners(allServices)))
