import type { EntityManager } from '@mikro-orm/postgresql'
import { idArray, jsonRows } from '../sql-parameters.ts'
import { decisiveMetadata, type PostFile } from './automatic-tags.ts'
import { type Implications, tagsBeforeImplications, tagsOf, withImpliedTags } from './tag-list.ts'

/** How many tags of each category a post has, by the columns' names; categories by their codes. */
const countColumns = {
  tag_count_general: 0,
  tag_count_artist: 1,
  tag_count_copyright: 3,
  tag_count_character: 4,
  tag_count_meta: 5,
} as const
const columns = [
  'tag_count_general',
  'tag_count_artist',
  'tag_count_copyright',
  'tag_count_character',
  'tag_count_meta',
] as const

export type TagCounts = Record<(typeof columns)[number] | 'tag_count', number>

/** What saving a post would do to its tags. */
export interface SavePlan {
  readonly postId: number
  readonly parentId: number | null
  readonly uploaderId: number
  readonly isDeleted: boolean
  readonly tagString: string
  readonly counts: TagCounts
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Names that are no tags yet. */
  readonly missing: readonly string[]
  /** Whether tags or their counts would change. */
  readonly changes: boolean
}

/** A post that cannot be saved as it is, and which of today's rules it breaks. */
export interface UnsavablePost {
  readonly postId: number
  readonly problem: string
}

interface PostRow extends TagCounts {
  readonly id: number
  readonly tag_string: string
  readonly parent_id: number | null
  readonly uploader_id: number
  readonly is_deleted: boolean
  readonly image_width: number
  readonly image_height: number
  readonly file_ext: string
  readonly source: string
  readonly rating: string
  readonly asset_ext: string | null
  readonly duration: number | null
  readonly metadata: Readonly<Record<string, unknown>> | null
}

const longestSource = 1_200

/**
 * What saving these posts would do: Danbooru puts a post's automatic and implied tags right whenever it is saved, and refuses
 * to save a post that breaks a rule, whatever was edited. Danbooru's `Post` at commit b43a913ad7.
 *
 * Three queries, however many posts there are; posts that do not exist are left out.
 */
export async function planSaves(
  em: EntityManager,
  postIds: readonly number[],
): Promise<{ plans: SavePlan[]; unsavable: UnsavablePost[] }> {
  const rows = await em.execute<PostRow[]>(selectPosts, [idArray(postIds)])
  const unsavable = rows.flatMap((row) => {
    const problem = saveProblem(row)
    return problem === undefined ? [] : [{ postId: row.id, problem }]
  })
  const broken = new Set(unsavable.map(({ postId }) => postId))
  const drafts = rows
    .filter(({ id }) => !broken.has(id))
    .map((row) => ({ row, tags: tagsBeforeImplications(tagsOf(row.tag_string), fileOf(row)) }))
  const implications = await loadImplications(em, names(drafts.map(({ tags }) => tags)))
  const complete = drafts.map(({ row, tags }) => ({ row, tags: withImpliedTags(tags, implications) }))
  const categories = await loadCategories(em, names(complete.map(({ tags }) => tags)))
  return { plans: complete.map(({ row, tags }) => planSave(row, tags, categories)), unsavable }
}

function saveProblem(row: PostRow): string | undefined {
  if (row.asset_ext === null) return 'the post has no active media asset'
  if (!['g', 's', 'q', 'e'].includes(row.rating)) return 'the rating is none of g, s, q, e'
  if ([...row.source].length > longestSource) return `the source is longer than ${longestSource} characters`
  if (row.parent_id === row.id) return 'the post is its own parent'
  return undefined
}

function fileOf(row: PostRow): PostFile {
  return {
    width: row.image_width,
    height: row.image_height,
    fileExt: row.file_ext,
    source: row.source,
    duration: row.duration,
    assetExt: row.asset_ext ?? '',
    metadata: row.metadata ?? {},
  }
}

function planSave(row: PostRow, tags: string[], categories: ReadonlyMap<string, number>): SavePlan {
  const before = new Set(tagsOf(row.tag_string))
  const after = new Set(tags)
  const missing = tags.filter((name) => !categories.has(name))
  const counts = countTags(tags, categories)
  const tagString = tags.join(' ')
  return {
    postId: row.id,
    parentId: row.parent_id,
    uploaderId: row.uploader_id,
    isDeleted: row.is_deleted,
    tagString,
    counts,
    added: tags.filter((name) => !before.has(name)),
    removed: [...before].filter((name) => !after.has(name)),
    missing,
    changes:
      tagString !== row.tag_string ||
      missing.length > 0 ||
      row.tag_count !== counts.tag_count ||
      columns.some((column) => row[column] !== counts[column]),
  }
}

function countTags(tags: readonly string[], categories: ReadonlyMap<string, number>): TagCounts {
  const of = tags.map((name) => categories.get(name) ?? newTagCategory(name, tags))
  const count = (column: keyof typeof countColumns) =>
    of.reduce((sum, category) => (category === countColumns[column] ? sum + 1 : sum), 0)
  return {
    tag_count: tags.length,
    tag_count_general: count('tag_count_general'),
    tag_count_artist: count('tag_count_artist'),
    tag_count_copyright: count('tag_count_copyright'),
    tag_count_character: count('tag_count_character'),
    tag_count_meta: count('tag_count_meta'),
  }
}

/** The category of a tag that is about to be created: general, or character for who is cosplayed. */
export function newTagCategory(name: string, others: readonly string[]): 0 | 4 {
  return name.endsWith('_(cosplay)') || others.includes(`${name}_(cosplay)`) ? 4 : 0
}

function names(lists: readonly (readonly string[])[]): string[] {
  const all = new Set<string>()
  for (const list of lists) for (const name of list) all.add(name)
  return [...all]
}

async function loadImplications(em: EntityManager, tags: readonly string[]): Promise<Implications> {
  const rows = await em.execute<{ antecedent_name: string; consequent_name: string }[]>(
    `WITH RECURSIVE implied AS (
       SELECT antecedent_name, consequent_name FROM tag_implications
       WHERE status = 'active' AND antecedent_name IN (SELECT jsonb_array_elements_text(?::jsonb))
       UNION
       SELECT next.antecedent_name, next.consequent_name FROM implied
       JOIN tag_implications next ON next.antecedent_name = implied.consequent_name AND next.status = 'active'
     ) SELECT antecedent_name, consequent_name FROM implied`,
    [jsonRows(tags)],
  )
  const found = new Map<string, string[]>()
  for (const { antecedent_name, consequent_name } of rows) {
    const list = found.get(antecedent_name)
    if (list === undefined) found.set(antecedent_name, [consequent_name])
    else list.push(consequent_name)
  }
  return found
}

async function loadCategories(em: EntityManager, tags: readonly string[]): Promise<Map<string, number>> {
  const rows = await em.execute<{ name: string; category: number }[]>(
    'SELECT name, category FROM tags WHERE name IN (SELECT jsonb_array_elements_text(?::jsonb))',
    [jsonRows(tags)],
  )
  return new Map(rows.map(({ name, category }) => [name, category]))
}

const metadata = decisiveMetadata.map((key) => `'${key}', m.metadata->'${key}'`).join(', ')

const selectPosts = `
  SELECT p.id, p.tag_string, p.parent_id, p.uploader_id, p.is_deleted, p.image_width, p.image_height, p.file_ext,
    p.source, p.rating, p.tag_count, ${columns.map((column) => `p.${column}`).join(', ')},
    a.file_ext AS asset_ext, a.duration,
    CASE WHEN jsonb_typeof(m.metadata) = 'object' THEN jsonb_build_object(${metadata}) END AS metadata
  FROM posts p
  LEFT JOIN media_assets a ON a.md5 = p.md5 AND a.status = 200
  LEFT JOIN media_metadata m ON m.media_asset_id = a.id
  WHERE p.id = ANY (?::int[]) ORDER BY p.id`
