import type { EntityManager } from '@mikro-orm/postgresql'

/** Sets every counter to what the rows say, and every sequence behind the ids that the seed chose. */
export async function countEverything(em: EntityManager): Promise<void> {
  for (const statement of [posts, versions, tags, users, topics, sequences])
    await em.execute(statement, [], 'run')
}

/** Leaves two counts wrong, so that regenerating post counts has something to repair. */
export async function miscountTags(em: EntityManager): Promise<void> {
  await em.execute(`
    UPDATE tags SET post_count = CASE name WHEN 'smile' THEN post_count + 10 ELSE 3 END
    WHERE name IN ('smile', 'unused_tag')`)
}

const posts = `
  UPDATE posts p SET
    fav_count = (SELECT count(*) FROM favorites f WHERE f.post_id = p.id),
    up_score = v.up, down_score = v.down, score = v.up + v.down,
    tag_count = c.total, tag_count_general = c.general, tag_count_artist = c.artist,
    tag_count_copyright = c.copyright, tag_count_character = c.character, tag_count_meta = c.meta,
    has_children = EXISTS (SELECT FROM posts child WHERE child.parent_id = p.id),
    has_active_children = EXISTS (SELECT FROM posts child WHERE child.parent_id = p.id AND NOT child.is_deleted)
  FROM posts q
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(score) FILTER (WHERE score > 0), 0) AS up,
      coalesce(sum(score) FILTER (WHERE score < 0), 0) AS down
    FROM post_votes WHERE post_id = q.id AND NOT is_deleted
  ) v
  CROSS JOIN LATERAL (
    SELECT count(*) AS total,
      count(*) FILTER (WHERE category = 0) AS general, count(*) FILTER (WHERE category = 1) AS artist,
      count(*) FILTER (WHERE category = 3) AS copyright, count(*) FILTER (WHERE category = 4) AS character,
      count(*) FILTER (WHERE category = 5) AS meta
    FROM tags WHERE name = ANY (string_to_array(q.tag_string, ' '))
  ) c
  WHERE q.id = p.id`

const versions = `
  INSERT INTO post_versions (created_at, updated_at, post_id, updater_id, rating, source, parent_id, tags, added_tags)
  SELECT created_at, created_at, id, uploader_id, rating, source, parent_id, tag_string,
    string_to_array(tag_string, ' ')
  FROM posts ORDER BY id`

const tags = `
  UPDATE tags SET post_count =
    (SELECT count(*) FROM posts WHERE string_to_array(tag_string, ' ') @> ARRAY[tags.name]::text[])`

const users = `
  UPDATE users u SET
    favorite_count = (SELECT count(*) FROM favorites WHERE user_id = u.id),
    post_upload_count = (SELECT count(*) FROM posts WHERE uploader_id = u.id),
    unread_dmail_count = (SELECT count(*) FROM dmails WHERE owner_id = u.id AND NOT is_read AND NOT is_deleted)`

const topics = `
  UPDATE forum_topics t SET
    response_count = (SELECT count(*) FROM forum_posts WHERE topic_id = t.id),
    updated_at = (SELECT max(created_at) FROM forum_posts WHERE topic_id = t.id)`

const sequences = `
  SELECT setval('users_id_seq', (SELECT max(id) FROM users)),
    setval('user_sessions_id_seq', (SELECT max(id) FROM user_sessions)),
    setval('posts_id_seq', (SELECT max(id) FROM posts)),
    setval('forum_topics_id_seq', (SELECT max(id) FROM forum_topics)),
    setval('forum_posts_id_seq', (SELECT max(id) FROM forum_posts))`
