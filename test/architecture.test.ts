import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { describe, test } from 'node:test'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { isDocumented, publicNames } from './architecture/exports.ts'
import { repositoryFiles, textOf } from './architecture/files.ts'
import { importProblem, importsOf, packageOf, partOf } from './architecture/imports.ts'
import { cyclesOf, fileCycles, layerProblem, layers } from './architecture/layers.ts'
import { unusedExports } from './architecture/unused.ts'

const files = repositoryFiles()
const sources = files.filter((file) =>
  /^(packages|services)\/[^/]+\/src\/.*\.ts$|^infra\/src\/.*\.ts$/.test(file),
)
const manifests = new Map(
  files
    .filter((file) => /^((packages|services)\/[^/]+|infra)\/package\.json$/.test(file))
    .map((file) => [partOf(file), JSON.parse(textOf(file))]),
)

describe('imports', () => {
  const services = new Set([...manifests.keys()].flatMap((part) => part.match(/^services\/(.+)$/)?.[1] ?? []))
  const subpaths = new Set<string>(
    [...manifests.values()].flatMap(({ name, exports = {} }) =>
      Object.keys(exports).map((path) => `${name}${path.slice(1)}`),
    ),
  )
  const imports = sources.flatMap((file) => importsOf(file, textOf(file)))

  test('are found', () => {
    const source = `import 'a'\nimport { b } from 'b'\nexport * from './c.ts'\nawait import('d')\n// from 'e'\n/* from 'f' */`
    const found = importsOf('x.ts', source).map(({ specifier }) => specifier)
    assert.deepEqual(found, ['a', 'b', './c.ts', 'd'])
    assert.ok(imports.length > 300, 'the imports of this repository')
  })

  test('that are wrong are seen', () => {
    const wrong: [file: string, specifier: string, problem: RegExp][] = [
      ['packages/contracts/src/a.ts', 'pg', /no database/],
      ['packages/contracts/src/a.ts', 'node:http', /no HTTP/],
      ['packages/contracts/src/a.ts', '@danbooru-jobs/actors', /must not know actors/],
      ['packages/actors/src/a.ts', '@danbooru-jobs/booru', /must not know booru/],
      ['packages/actors/src/a.ts', '../../booru/src/index.ts', /leaves its package/],
      ['packages/actors/src/a.ts', '@danbooru-jobs/contracts/src/headers.ts', /deep import/],
      ['packages/booru/src/a.ts', '@danbooru-jobs/delete-user', /must not know/],
      ['services/delete-user/src/a.ts', '@danbooru-jobs/outbox-relay', /another service/],
      ['services/delete-user/src/a.ts', '../../outbox-relay/src/outbox-relay.ts', /leaves its package/],
      ['services/delete-user/src/a.ts', '@danbooru-jobs/infra', /must not know infra/],
    ]
    for (const [file, specifier, problem] of wrong) {
      assert.match(importProblem({ file, specifier }, services, subpaths) ?? '', problem, specifier)
    }
  })

  test('point one way, and into no other package’s files', () => {
    const problems = imports.flatMap((one) => {
      const problem = importProblem(one, services, subpaths)
      return problem === undefined ? [] : [`${one.file}: '${one.specifier}': ${problem}`]
    })
    assert.deepEqual(problems, [])
  })

  test('name only packages that the own package.json names', () => {
    const problems = imports.flatMap(({ file, specifier }) => {
      const { dependencies = {}, peerDependencies = {}, name } = manifests.get(partOf(file)) ?? {}
      const wanted = packageOf(specifier)
      const isDeclared =
        wanted === undefined || wanted === name || wanted in { ...dependencies, ...peerDependencies }
      return isDeclared ? [] : [`${file}: ${wanted}`]
    })
    assert.deepEqual(problems, [])
  })
})

describe('layers', () => {
  const imports = sources.flatMap((file) => importsOf(file, textOf(file)))

  test('a wrong import is found', () => {
    const wrong: [file: string, specifier: string, problem: RegExp][] = [
      ['packages/actors/src/transport/a.ts', '../worker/b.ts', /transport must not import worker/],
      ['packages/actors/src/worker/a.ts', '../index.ts', /imports an entry point/],
      ['packages/contracts/src/define/a.ts', '../wire/headers.ts', /define must not import wire/],
      ['packages/actors/src/elsewhere/a.ts', './b.ts', /elsewhere is not a layer/],
    ]
    for (const [file, specifier, problem] of wrong) {
      assert.match(layerProblem({ file, specifier }) ?? '', problem)
    }
    for (const specifier of ['../transport/mailbox.ts', './other.ts', 'pino']) {
      assert.equal(layerProblem({ file: 'packages/actors/src/worker/a.ts', specifier }), undefined)
    }
  })

  test('a circle is found', () => {
    const edges = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ])
    assert.deepEqual(cyclesOf(edges), [['a', 'b', 'c']])
  })

  test('every folder imports only the layers before it', () => {
    const problems = imports.flatMap((one) => {
      const problem = layerProblem(one)
      return problem === undefined ? [] : [`${one.file}: '${one.specifier}': ${problem}`]
    })
    assert.deepEqual(problems, [])
  })

  test('every layer has a row in ARCHITECTURE.md, in the same order', () => {
    for (const [part, folders] of Object.entries(layers)) {
      const [, section = ''] = textOf('ARCHITECTURE.md').split(`\n## Folders of \`${part}/src\`\n`)
      const [table = ''] = section.split('\n## ')
      const rows = [...table.matchAll(/^\| `([a-z-]+)` \| .+\. \| .+ \|$/gm)].map(([, folder]) => folder)
      assert.deepEqual(
        rows,
        folders.map(([folder]) => folder),
        part,
      )
    }
  })

  test('every layer has files', () => {
    for (const [part, folders] of Object.entries(layers)) {
      for (const [folder] of folders) {
        assert.ok(
          sources.some((file) => file.startsWith(`${part}/src/${folder}/`)),
          `${part}/src/${folder}`,
        )
      }
    }
  })

  test('no files import each other in a circle, types included', () => {
    assert.deepEqual(fileCycles(sources, textOf), [])
  })
})

test('every public export of contracts and actors has a docstring', () => {
  for (const part of ['packages/contracts', 'packages/actors']) {
    const names = publicNames(`${part}/src/index.ts`, textOf)
    assert.ok(names.length > 20, part)
    const bare = names.filter((declared) => !isDocumented(declared, textOf))
    assert.deepEqual(
      bare.map(({ name, file }) => `${name} (${file})`),
      [],
    )
  }
})

describe('exports', () => {
  test('that nothing uses are found', () => {
    const text = new Map([
      [
        'packages/a/src/a.ts',
        'export function used() {}\nexport const unused = 1\nexport const own = 1\nown',
      ],
      ['services/b-c/src/b-c.ts', 'export const found = 1'],
      ['packages/a/src/b.ts', "import { used } from './a.ts'\n// unusedToo"],
    ])
    assert.deepEqual(unusedExports(text), ['packages/a/src/a.ts: unused'])
  })

  test('are all used, by another file or by their own', () => {
    const code = files.filter((file) => /\.(ts|mjs)$/.test(file))
    assert.deepEqual(unusedExports(new Map(code.map((file) => [file, textOf(file)]))), [])
  })
})

test('no source file is longer than 300 lines, no test longer than 400', () => {
  const isCode = (file: string) => /\.(ts|mjs|js|css|html)$/.test(file)
  const limit = (file: string) => (/(^|\/)test\//.test(file) ? 400 : 300)
  const long = files.filter((file) => isCode(file) && textOf(file).trimEnd().split('\n').length > limit(file))
  assert.deepEqual(long, [])
})

test('no file or folder has a name that says nothing', () => {
  const saysNothing = /(^|[/._-])(utils?|helpers?|common|managers?|misc)([/._-]|$)/i
  assert.deepEqual(
    files.filter((file) => saysNothing.test(file)),
    [],
  )
})

test('no file names a package registry’s host, the lock file included', () => {
  // Written in pieces, or this file would name them.
  const hosts = [
    ['npmjs', 'org'],
    ['npmjs', 'com'],
    ['yarnpkg', 'com'],
    ['proxy', 'golang', 'org'],
    ['deb', 'debian', 'org'],
    ['pypi', 'org'],
  ].map((parts) => parts.join('.'))
  const isText = (file: string) => !/\.(png|jpe?g|gif|ico|woff2?|gz|tgz)$/.test(file)
  const named = files.filter(isText).flatMap((file) => {
    const text = textOf(file)
    return hosts.filter((host) => text.includes(host)).map((host) => `${file}: ${host}`)
  })
  assert.deepEqual(named, [])
  assert.doesNotMatch(textOf('package-lock.json'), /"resolved": "https?:/)
})

test('the generic folders of contracts and actors name nothing of Danbooru', () => {
  // Its tables and things in the plural, and job types: a name in quotes is data, not an example in a comment.
  const names = [...jobTypes.map(({ name }) => name), 'users', 'posts', 'tags', 'favorites', 'mod-action']
  const generic = sources.filter((file) =>
    /^packages\/(contracts\/src\/(?!danbooru\/)|actors\/src\/)/.test(file),
  )
  const quoted = new RegExp(`['"\`](?:events\\.|jobs\\.)?(?:${names.join('|')})(?:[.'"\`])`)
  const isCode = (line: string) => !/^\s*(\*|\/\/|\/\*)/.test(line)
  assert.match("subject: 'users.deactivate'", quoted)
  assert.deepEqual(
    generic.filter((file) =>
      textOf(file)
        .split('\n')
        .some((line) => isCode(line) && quoted.test(line)),
    ),
    [],
  )
})

test('the error codes of the NATS server are written in one file', () => {
  const code = /\b10[01]\d\d\b|\b102[0-2]\d\b/
  const isExempt = (file: string) => file === 'packages/contracts/src/wire/server-code.ts'
  const written = sources
    .filter((file) => /^packages\/(contracts|actors)\/|^services\//.test(file) && !isExempt(file))
    .filter((file) =>
      textOf(file)
        .split('\n')
        .some((line) => /^(?!\s*(\*|\/\/|\/\*)).*/.test(line) && code.test(line)),
    )
  assert.deepEqual(written, [])
})

test('each job type is declared in a file of its own, which has its name', () => {
  const names = jobTypes.map((type) => type.name)
  const declared = files
    .filter((file) => file.startsWith('packages/contracts/src/danbooru/jobs/'))
    .map((file) => basename(file, '.ts'))
    .filter((name) => name !== 'index')
  assert.deepEqual(declared.sort(), [...names].sort())
})
