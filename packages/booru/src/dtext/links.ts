import { dtextLinkTypes } from '../entities/dtext-links.ts'

/** A link as it is indexed in `dtext_links`. */
export interface Link {
  readonly type: (typeof dtextLinkTypes)[keyof typeof dtextLinkTypes]
  /** A normalised wiki title, or a URL. */
  readonly target: string
}

const verbatim = /\[(code|nodtext)\][\s\S]*?(?:\[\/\1\]|$)/gi
const wikiLink = /\[\[([^[\]|]+)(?:\|[^[\]]*)?\]\]/g
const url = /https?:\/\/[^\s<>"[\]]+/gi
/** Belongs to the sentence around a bare URL. */
const trailing = /[.,;:!?'*]+$|\)+$/
const longestTarget = 2_048

/**
 * The links of a DText text to wiki pages and to other sites, each once, in the order of the text. Links within the site
 * (`"text":/posts`) are not indexed, nor what stands in `[code]` or `[nodtext]`. Danbooru's `DtextLink.new_from_dtext` at
 * commit b43a913ad7; the markup is described on Danbooru's wiki page `help:dtext`.
 */
export function dtextLinks(body: string): Link[] {
  const text = body.replace(verbatim, ' ')
  const wiki = [...text.matchAll(wikiLink)].map(([, title = '']) => normalizeWikiTitle(title))
  const external = [...text.matchAll(url)].map(([found]) => trimUrl(found))
  return [...links(dtextLinkTypes.wikiLink, wiki), ...links(dtextLinkTypes.externalLink, external)]
}

function links(type: Link['type'], targets: string[]): Link[] {
  return [...new Set(targets.filter((target) => target !== ''))].map((target) => ({
    type,
    target: [...target].slice(0, longestTarget).join(''),
  }))
}

/** A wiki title as Danbooru stores it: lower case, one leading `~` dropped, single underscores, none at the ends. */
export function normalizeWikiTitle(title: string): string {
  return title
    .toLowerCase()
    .replace(/^~/, '')
    .replace(/[\s_]+/g, '_')
    .replace(/^_|_$/g, '')
}

/** A closing parenthesis belongs to the URL if it was opened there. */
function trimUrl(found: string): string {
  const [end] = trailing.exec(found) ?? ['']
  if (end === '') return found
  const opened = found.split('(').length
  const closed = found.split(')').length
  if (end.startsWith(')') && closed <= opened) return found
  return trimUrl(found.slice(0, end.startsWith(')') ? -1 : -end.length))
}
