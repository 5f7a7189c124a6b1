import { posix } from 'node:path'

/** One import in a source file. */
export interface Import {
  /** Path from the repository's root. */
  readonly file: string
  /** What stands in quotes. */
  readonly specifier: string
}

/** Reads a file of the repository. */
export type ReadText = (file: string) => string

/** What a part of the repository may import of the others, by the scope-less name of the package. */
const mayImport: readonly (readonly [part: RegExp, others: readonly string[]])[] = [
  [/^packages\/contracts$/, []],
  [/^packages\/(actors|booru)$/, ['contracts']],
  [/^services\/[^/]+$/, ['contracts', 'actors', 'booru']],
]

/** Packages with which one reaches a database or speaks HTTP; contracts are for programs that have neither. */
const databaseOrHttp =
  /^(node:https?2?|pg|postgres|@mikro-orm\/.*|knex|express|fastify|hono|undici|axios|got|node-fetch)$/

/** All imports and re-exports of a TypeScript source, static and dynamic. */
export function importsOf(file: string, source: string): readonly Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const statements = /(?:\bfrom\s*|^\s*import\s*|\bimport\(\s*)'([^'\n]+)'/gm
  return [...code.matchAll(statements)].map(([, specifier = '']) => ({ file, specifier }))
}

/** The workspace folder that a file belongs to: `packages/actors`, `services/delete-user`, `infra`, `test`. */
export function partOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'packages' || first === 'services' ? `${first}/${second}` : first
}

/**
 * What is wrong with an import, or undefined.
 *
 * @param services names of all service folders
 * @param subpaths package names with a subpath that their `exports` offer
 */
export function importProblem(
  { file, specifier }: Import,
  services: ReadonlySet<string>,
  subpaths: ReadonlySet<string>,
): string | undefined {
  const part = partOf(file)
  if (specifier.startsWith('.')) return relativeProblem(file, specifier)
  if (part === 'packages/contracts' && databaseOrHttp.test(specifier)) {
    return 'contracts import no database and no HTTP library'
  }
  const ours = /^@danbooru-jobs\/([^/]+)(\/.+)?$/.exec(specifier)
  if (!ours) return undefined
  const [, name = '', subpath] = ours
  if (subpath !== undefined && !subpaths.has(specifier)) return 'deep import into another package'
  if (`services/${name}` === part || `packages/${name}` === part) return undefined
  if (part.startsWith('services/') && services.has(name)) return 'a service imports another service'
  const allowed = mayImport.find(([parts]) => parts.test(part))?.[1]
  return allowed === undefined || allowed.includes(name) ? undefined : `${part} must not know ${name}`
}

function relativeProblem(file: string, specifier: string): string | undefined {
  const target = posix.join(posix.dirname(file), specifier)
  return partOf(target) === partOf(file) ? undefined : 'relative import that leaves its package'
}

/** The package that a specifier names; undefined for a file and for a part of Node. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
