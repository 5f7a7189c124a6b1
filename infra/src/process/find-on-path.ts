import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** The first executable file of that name on a `PATH`, as its absolute path; undefined when there is none. */
export async function findOnPath(
  program: string,
  path: string = process.env.PATH ?? '',
): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const file = join(folder, program)
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return file
  }
  return undefined
}
