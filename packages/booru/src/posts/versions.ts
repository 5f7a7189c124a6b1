import { idArray, jsonRows } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { tagsOf } from './tag-list.ts'

/** What a version keeps of a post. */
interface Content {
  readonly tags: string
  readonly rating: string
  readonly parent_id: number | null
  readonly source: string
}

interface StoredVersion extends Content {
  readonly id: number
  /** By the same editor, less than an hour ago. */
  readonly mergeable: boolean
}

interface History extends Content {
  readonly post_id: number
  readonly versions: number
  /** The newest version and the one before it. */
  readonly last: readonly StoredVersion[]
}

/**
 * Writes a version of each of these posts as they are now, and counts the edits for the editor. Edits of one editor within an
 * hour make one version. Danbooru's `PostVersion` at commit b43a913ad7, which hands the work to a service of its own.
 */
export async function recordVersions(
  { em, now }: UnitOfWork,
  postIds: readonly number[],
  editorId: number,
): Promise<void> {
  if (postIds.length === 0) return
  const histories = await em.execute<History[]>(selectHistories, [editorId, now, idArray(postIds)])
  const rows = jsonRows(histories.map(versionRow))
  await em.execute(updateVersions, [now, rows], 'run')
  await em.execute(insertVersions, [now, now, editorId, rows], 'run')
  await em.execute(
    'UPDATE users SET post_update_count = post_update_count + ? WHERE id = ?',
    [histories.length, editorId],
    'run',
  )
}

function versionRow({ post_id, versions, last, ...content }: History) {
  const [newest, older] = last
  const merged = newest?.mergeable === true ? newest : undefined
  const before = merged ? older : newest
  const tags = tagsOf(content.tags)
  const tagsBefore = before === undefined ? [] : tagsOf(before.tags)
  return {
    id: merged?.id ?? null,
    post_id,
    version: versions + 1,
    ...content,
    parent_changed: before?.parent_id !== content.parent_id,
    rating_changed: before?.rating !== content.rating,
    source_changed: before?.source !== content.source,
    added_tags: tags.filter((name) => !tagsBefore.includes(name)),
    removed_tags: tagsBefore.filter((name) => !tags.includes(name)),
  }
}

const selectHistories = `
  SELECT p.id AS post_id, p.tag_string AS tags, p.rating, p.parent_id, p.source,
    (SELECT count(*)::int FROM post_versions v WHERE v.post_id = p.id) AS versions,
    (SELECT coalesce(jsonb_agg(to_jsonb(l)), '[]') FROM (
       SELECT id, tags, rating, parent_id, source,
         updater_id = ? AND updated_at >= ?::timestamp - interval '1 hour' AS mergeable
       FROM post_versions v WHERE v.post_id = p.id ORDER BY updated_at DESC, id DESC LIMIT 2) l) AS last
  FROM posts p WHERE p.id = ANY (?::int[]) ORDER BY p.id`

const changes = `
  SELECT *, ARRAY(SELECT jsonb_array_elements_text(added)) AS added_tags,
    ARRAY(SELECT jsonb_array_elements_text(removed)) AS removed_tags
  FROM (
    SELECT r.*, row->'added_tags' AS added, row->'removed_tags' AS removed
    FROM jsonb_array_elements(?::jsonb) AS row, jsonb_to_record(row) AS r(id bigint, post_id int, version int,
      tags text, rating text, parent_id int, source text, parent_changed bool, rating_changed bool, source_changed bool)
  ) y`

const updateVersions = `
  UPDATE post_versions v SET updated_at = ?::timestamp, tags = x.tags, rating = x.rating, parent_id = x.parent_id,
    source = x.source, parent_changed = x.parent_changed, rating_changed = x.rating_changed,
    source_changed = x.source_changed, added_tags = x.added_tags, removed_tags = x.removed_tags
  FROM (${changes}) x WHERE v.id = x.id`

const insertVersions = `
  INSERT INTO post_versions (created_at, updated_at, updater_id, post_id, version, tags, rating, parent_id, source,
    parent_changed, rating_changed, source_changed, added_tags, removed_tags)
  SELECT ?::timestamp, ?::timestamp, ?, post_id, version, tags, rating, parent_id, source,
    parent_changed, rating_changed, source_changed, added_tags, removed_tags
  FROM (${changes}) x WHERE id IS NULL ORDER BY post_id`
