import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { Code } from './codes.ts'
import { bigId, timestamp6, varchar } from './columns.ts'

/** `dtext_links.link_type`. */
export const dtextLinkTypes = { wikiLink: 0, externalLink: 1 } as const

/** A link in a DText body, to a wiki page or to the web. */
export const DtextLink = defineEntity({
  name: 'DtextLink',
  tableName: 'dtext_links',
  properties: {
    id: bigId(),
    createdAt: timestamp6(),
    updatedAt: timestamp6(),
    modelType: varchar().$type<'WikiPage' | 'ForumPost' | 'Pool'>(),
    modelId: p.bigint('number'),
    linkType: p.integer().$type<Code<typeof dtextLinkTypes>>(),
    linkTarget: varchar(),
  },
})
export type DtextLink = InferEntity<typeof DtextLink>
