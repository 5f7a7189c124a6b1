import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { test } from 'node:test'
import { repositoryFiles, textOf } from '../../../test/architecture/files.ts'
import { importsOf } from '../../../test/architecture/imports.ts'

const source = 'services/job-history/src/'

/** The folders in the order in which they build on each other; the files beside them are the daemon, which uses all. */
const folders: readonly string[] = ['read', 'reduce', 'write', '']

const folderOf = (file: string) => file.slice(source.length).split('/').slice(0, -1).join('/')
const rankOf = (file: string) => folders.indexOf(folderOf(file))

test('reading the log, reducing it and writing rows import one way', () => {
  const files = repositoryFiles().filter((file) => file.startsWith(source) && file.endsWith('.ts'))
  assert.deepEqual(
    folders.filter((folder) => !files.some((file) => folderOf(file) === folder)),
    [],
  )
  const wrong = files.flatMap((file) => {
    assert.notEqual(rankOf(file), -1, `${file} is in a folder that is not known here`)
    const imported = importsOf(file, textOf(file)).map(({ specifier }) => specifier)
    return imported
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.join(posix.dirname(file), specifier))
      .filter((target) => rankOf(target) > rankOf(file))
      .map((target) => `${file} imports ${target}`)
  })
  assert.deepEqual(wrong, [])
})
