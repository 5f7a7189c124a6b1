import { posix } from 'node:path'

/** The targets of a page's Markdown links, in order; those in code are left out. */
export function linksOf(text: string): string[] {
  const prose = withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '``')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** A page's Markdown links with their texts. */
export function namedLinksOf(text: string): { readonly text: string; readonly target: string }[] {
  const found = withoutBlocks(text).matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g)
  return [...found].map(([, name = '', target = '']) => ({ text: name, target }))
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): string[] {
  const times = new Map<string, number>()
  return [...withoutBlocks(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-')
    const time = times.get(anchor) ?? 0
    times.set(anchor, time + 1)
    return time === 0 ? anchor : `${anchor}-${time}`
  })
}

/** The relative links of a page that lead to no file or folder of the list, or to no heading. */
export function brokenLinks(
  page: string,
  files: readonly string[],
  read: (file: string) => string,
): string[] {
  const isThere = (path: string) => files.some((file) => file === path || file.startsWith(`${path}/`))
  return linksOf(read(page)).filter((link) => {
    if (/^[a-z][a-z+.-]*:/i.test(link)) return false
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? page : posix.join(posix.dirname(page), path).replace(/\/$/, '')
    if (!isThere(target)) return true
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).includes(anchor)
  })
}

/** The text without its fenced blocks of code. */
function withoutBlocks(text: string): string {
  return text.replaceAll(/^([ \t]*)```[\s\S]*?^\1```[ \t]*$/gm, '')
}
