import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application, type DeclarationReflection, type ProjectReflection, ReflectionKind } from 'typedoc'
import { type EntryPoint, entryPoints } from './entry-points.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A name that an entry point exports. */
export interface PublicName {
  readonly name: string
  /** What it is, in lower case: `function`, `interface`, `class`, `type`, `constant`. */
  readonly kind: string
  /** The first sentence of its documentation, as Markdown. */
  readonly summary: string
}

/** An entry point and everything that it exports, in the order of the names. */
export interface EntryPointNames extends EntryPoint {
  readonly names: readonly PublicName[]
}

/** The whole reference, for the HTML pages. */
export interface Api {
  readonly application: Application
  readonly project: ProjectReflection
  readonly entryPoints: readonly EntryPointNames[]
}

/**
 * Reads the docstrings of every entry point.
 *
 * @throws Error if a source does not compile.
 */
export async function readApi(): Promise<Api> {
  const application = await Application.bootstrap({
    name: 'danbooru-jobs',
    entryPoints: entryPoints.map(({ file }) => join(root, file)),
    tsconfig: join(root, 'tsconfig.json'),
    basePath: root,
    readme: 'none',
    disableGit: true,
    sourceLinkTemplate: '{path}',
    // The names of a module that it uses and does not export are documented where they are declared.
    validation: false,
    // The type check of the project is another command, and of another version of TypeScript.
    skipErrorChecking: true,
    logLevel: 'Error',
  })
  const project = await application.convert()
  if (!project) throw new Error('the sources could not be read, see the lines above')
  const modules = project.getReflectionsByKind(ReflectionKind.Module)
  const read = entryPoints.map((entryPoint) => {
    const moduleName = entryPoint.file.replace(/(\/index)?\.ts$/, '')
    const found = modules.find(({ name }) => name === moduleName)
    if (!found?.isDeclaration()) throw new Error(`${entryPoint.file} exports nothing`)
    return { ...entryPoint, names: (found.children ?? []).map(publicName).sort(byName) }
  })
  return { application, project, entryPoints: read }
}

function publicName(declared: DeclarationReflection): PublicName {
  const target = declared.isReference() ? declared.getTargetReflectionDeep() : declared
  const comment = target.comment ?? (target.isDeclaration() ? target.signatures?.[0]?.comment : undefined)
  const text = (comment?.summary ?? [])
    .map((part) => (part.kind === 'inline-tag' ? `\`${part.text}\`` : part.text))
    .join('')
  return { name: declared.name, kind: kindOf(target.kind), summary: firstSentence(text) }
}

function kindOf(kind: ReflectionKind): string {
  if (kind === ReflectionKind.TypeAlias) return 'type'
  if (kind === ReflectionKind.Variable) return 'constant'
  return ReflectionKind.singularString(kind).toLowerCase()
}

/** The text up to its first full stop, on one line. */
export function firstSentence(text: string): string {
  const [paragraph = ''] = text.trim().split(/\n\s*\n/)
  const line = paragraph.replace(/\s+/g, ' ')
  return /^.*?[.:](?= (?:[A-Z`]|-))/.exec(line)?.[0].replace(/:$/, '.') ?? line
}

function byName(one: PublicName, other: PublicName): number {
  return one.name < other.name ? -1 : 1
}
