import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../infra/src/process/run.ts'
import { root } from '../architecture/files.ts'
import { testFolder } from '../harness/environment.ts'

/** A block of TypeScript of a page that is a whole module. */
export interface PageModule {
  readonly page: string
  /** Where the block begins, from 1. */
  readonly line: number
  readonly text: string
}

/** The blocks of TypeScript that begin with an import, indented or not. Others are parts of a program. */
export function modulesOf(page: string, text: string): PageModule[] {
  return [...text.matchAll(/^([ ]*)```ts\n([\s\S]*?)^\1```$/gm)].flatMap(
    ({ 1: indent = '', 2: code = '', index }) => {
      const module = code.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
      const line = text.slice(0, index).split('\n').length + 1
      return /^import /.test(module) ? [{ page, line, text: module }] : []
    },
  )
}

/** What the compiler reports about these modules, one line for each error, with page and line. */
export async function typeErrors(modules: readonly PageModule[]): Promise<string[]> {
  const folder = await testFolder('docs')
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false, types: ['node'] }
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  for (const [index, { text }] of modules.entries()) await writeFile(join(folder, `${index}.ts`), text)
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
  })
  return stdout.split('\n').flatMap((report) => {
    const [, index = '', line = '', message = ''] = /^(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(report) ?? []
    const found = modules[Number(index)]
    if (index === '' || found === undefined) return report.trim() === '' || /^\s/.test(report) ? [] : [report]
    return [`${found.page}:${found.line + Number(line) - 1}: ${message}`]
  })
}
