import { jsonRows } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { newTagCategory, type SavePlan } from './save-plan.ts'
import { tagWords } from './tag-list.ts'
import { recordVersions } from './versions.ts'

/**
 * Carries out what saving these posts does to their tags: missing tags are created, post counts of tags follow, and a post
 * whose tags changed gets a version in the editor's name. Plans that change nothing cost nothing.
 */
export async function saveTags(
  work: UnitOfWork,
  plans: readonly SavePlan[],
  editorId: number,
): Promise<void> {
  const changing = plans.filter(({ changes }) => changes)
  if (changing.length === 0) return
  await createTags(work, changing)
  await countTagged(work, changing)
  await work.em.execute(
    `UPDATE posts SET tag_string = x.tag_string, tag_count = x.tag_count, tag_count_general = x.tag_count_general,
       tag_count_artist = x.tag_count_artist, tag_count_copyright = x.tag_count_copyright,
       tag_count_character = x.tag_count_character, tag_count_meta = x.tag_count_meta, updated_at = ?::timestamp
     FROM jsonb_to_recordset(?::jsonb) AS x(id int, tag_string text, tag_count int, tag_count_general int,
       tag_count_artist int, tag_count_copyright int, tag_count_character int, tag_count_meta int)
     WHERE posts.id = x.id`,
    [
      work.now,
      jsonRows(
        changing.map(({ postId, tagString, counts }) => ({ id: postId, tag_string: tagString, ...counts })),
      ),
    ],
    'run',
  )
  const edited = changing.filter(({ added, removed }) => added.length > 0 || removed.length > 0)
  await recordVersions(
    work,
    edited.map(({ postId }) => postId),
    editorId,
  )
}

async function createTags({ em, now }: UnitOfWork, plans: readonly SavePlan[]): Promise<void> {
  const missing = [...new Set(plans.flatMap((plan) => plan.missing))].sort()
  if (missing.length === 0) return
  const everyTag = [...new Set(plans.flatMap(({ tagString }) => tagString.split(' ')))]
  const rows = missing.map((name) => ({
    name,
    category: newTagCategory(name, everyTag),
    words: tagWords(name),
  }))
  await em.execute(
    `INSERT INTO tags (name, category, words, created_at, updated_at)
     SELECT tag->>'name', (tag->>'category')::int, ARRAY(SELECT jsonb_array_elements_text(tag->'words')),
       ?::timestamp, ?::timestamp
     FROM jsonb_array_elements(?::jsonb) AS tag ON CONFLICT (name) DO NOTHING`,
    [now, now, jsonRows(rows)],
    'run',
  )
}

/** Rows are locked in the order of their names: two saves that share tags wait for each other and do not block each other. */
async function countTagged({ em }: UnitOfWork, plans: readonly SavePlan[]): Promise<void> {
  const changes = new Map<string, number>()
  const count = (name: string, by: number) => changes.set(name, (changes.get(name) ?? 0) + by)
  for (const { added, removed } of plans) {
    for (const name of added) count(name, 1)
    for (const name of removed) count(name, -1)
  }
  const rows = [...changes].filter(([, by]) => by !== 0).map(([name, by]) => ({ name, by }))
  if (rows.length === 0) return
  await em.execute(
    `WITH change AS (SELECT name, by FROM jsonb_to_recordset(?::jsonb) AS x(name text, by int)),
     locked AS (SELECT id, tags.name FROM tags JOIN change USING (name) ORDER BY tags.name FOR NO KEY UPDATE OF tags)
     UPDATE tags SET post_count = post_count + change.by
     FROM change JOIN locked USING (name) WHERE tags.id = locked.id`,
    [jsonRows(rows)],
    'run',
  )
}
