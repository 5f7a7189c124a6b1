/**
 * A board of 60,000 posts with 20 tags each, of which 10,000 have waited too long: 4,000 pending, 3,000 flagged, 3,000 appealed.
 * One post in a hundred lacks a tag that it should have; one in ten has a parent.
 *
 * @param expiredAt a time before which the posts, flags and appeals of the 10,000 were made, as text.
 */
export const benchBoard = (expiredAt: string) => `
  INSERT INTO users (created_at, name, level, bcrypt_password_hash, bit_prefs, post_upload_count, post_update_count,
    note_update_count, favorite_count, unread_dmail_count, comment_threshold, default_image_size, time_zone, per_page,
    theme, upload_points)
  SELECT now(), CASE n WHEN 1 THEN 'DanbooruBot' ELSE 'user ' || n END, CASE n WHEN 1 THEN 40 ELSE 20 END, '*', 32,
    0, 0, 0, 0, 0, -8, 'large', 'Eastern Time (US & Canada)', 20, 0, 1000
  FROM generate_series(1, 300) n;

  INSERT INTO tags (name, category, created_at, updated_at)
  SELECT 'tag_' || n, CASE WHEN n % 10 = 0 THEN 4 WHEN n % 10 = 1 THEN 1 WHEN n % 10 = 2 THEN 3 ELSE 0 END, now(), now()
  FROM generate_series(0, 1999) n;
  INSERT INTO tags (name, category, created_at, updated_at) VALUES ('highres', 5, now(), now());
  INSERT INTO tag_implications (antecedent_name, consequent_name, creator_id, created_at, updated_at)
  SELECT 'tag_' || n, 'tag_' || n + 1, 1, now(), now() FROM generate_series(0, 1990, 10) n;

  INSERT INTO media_assets (md5, file_ext, file_size, image_width, image_height, created_at, updated_at, file_key)
  SELECT md5(n::text), 'jpg', 1, 1700, 1000, now(), now(), n::text FROM generate_series(1, 60000) n;
  INSERT INTO posts (md5, file_ext, file_size, image_width, image_height, created_at, updated_at, uploader_id, rating,
    source, tag_string, parent_id, is_pending, is_flagged, is_deleted)
  SELECT md5(n::text), 'jpg', 1, 1700, 1000, '${expiredAt}'::timestamp, '${expiredAt}'::timestamp, 2 + n % 299, 'g',
    'https://example.com/' || n, tags.list, CASE WHEN n % 10 = 0 THEN 1 + n / 20 END,
    n <= 4000, n BETWEEN 4001 AND 7000, n BETWEEN 7001 AND 10000
  FROM generate_series(1, 60000) n CROSS JOIN LATERAL (
    SELECT string_agg(DISTINCT name, ' ' ORDER BY name) AS list FROM (
      SELECT 'tag_' || (n * 7 + k * 113) % 2000 AS name FROM generate_series(1, 17) k
      UNION SELECT 'tag_' || (n * 7 + k * 113) % 2000 + 1 FROM generate_series(1, 17) k
      WHERE (n * 7 + k * 113) % 10 = 0 AND n % 100 > 0
      UNION SELECT 'highres') x
  ) tags;
  UPDATE posts SET tag_count = c.total, tag_count_general = c.general, tag_count_artist = c.artist,
    tag_count_copyright = c.copyright, tag_count_character = c.character, tag_count_meta = c.meta
  FROM posts q CROSS JOIN LATERAL (
    SELECT count(*) AS total, count(*) FILTER (WHERE category = 0) AS general,
      count(*) FILTER (WHERE category = 1) AS artist, count(*) FILTER (WHERE category = 3) AS copyright,
      count(*) FILTER (WHERE category = 4) AS character, count(*) FILTER (WHERE category = 5) AS meta
    FROM tags WHERE name = ANY (string_to_array(q.tag_string, ' '))
  ) c WHERE q.id = posts.id;
  UPDATE posts SET
    has_children = EXISTS (SELECT FROM posts c WHERE c.parent_id = posts.id),
    has_active_children = EXISTS (SELECT FROM posts c WHERE c.parent_id = posts.id AND NOT c.is_deleted);
  UPDATE tags SET post_count = x.posts FROM (
    SELECT name, count(*) AS posts FROM posts, unnest(string_to_array(tag_string, ' ')) AS name GROUP BY name
  ) x WHERE tags.name = x.name;
  INSERT INTO post_flags (post_id, creator_id, reason, created_at, updated_at)
  SELECT id, 2, 'bad', '${expiredAt}'::timestamp, '${expiredAt}'::timestamp FROM posts WHERE is_flagged;
  INSERT INTO post_appeals (post_id, creator_id, reason, created_at, updated_at)
  SELECT id, 2, 'good', '${expiredAt}'::timestamp, '${expiredAt}'::timestamp FROM posts WHERE is_deleted`
