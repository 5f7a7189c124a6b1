import { writeFile } from 'node:fs/promises'
import { createProgram } from '../cli/program.ts'
import { commandLinePage } from './command-line-page.ts'

const page = new URL('../../../docs/reference/command-line.md', import.meta.url)

/** Writes the reference page of the command line. */
await writeFile(page, commandLinePage(createProgram()))
