/**
 * What the job does to the board of the benchmark, as few statements: no checks, no versions' merging, no metadata, no reports,
 * one transaction. It must end in the same state.
 */
export const leastSql = (now: string) => `
  CREATE FUNCTION pg_temp.points_step(points int, deleted boolean) RETURNS int LANGUAGE plpgsql AS $$
  DECLARE level int := 0; rest int := points - 100;
  BEGIN
    IF NOT deleted THEN RETURN least(points + 10, 10000); END IF;
    WHILE rest >= 0 LOOP
      level := level + 1;
      rest := rest - (100 + 20 * greatest(level - 10, 0));
    END LOOP;
    RETURN greatest(points - round((100 + 20 * greatest(level - 10, 0)) / 3.0)::int, 0);
  END $$;
  CREATE AGGREGATE pg_temp.replay(boolean) (SFUNC = pg_temp.points_step, STYPE = int, INITCOND = '1000');

  CREATE TEMPORARY TABLE expired ON COMMIT DROP AS
  SELECT id, parent_id, is_deleted, uploader_id,
    CASE WHEN is_pending THEN 'Unapproved in three days'
      ELSE 'Unapproved in three days after returning to moderation queue' END AS reason
  FROM posts
  WHERE is_pending AND created_at < '${now}'::timestamp - interval '3 days'
    OR is_flagged AND id IN (SELECT post_id FROM post_flags
      WHERE status = 0 AND created_at < '${now}'::timestamp - interval '3 days')
    OR id IN (SELECT post_id FROM post_appeals WHERE status = 0 AND created_at < '${now}'::timestamp - interval '3 days');
  CREATE TEMPORARY TABLE saved ON COMMIT DROP AS
  SELECT id FROM expired UNION SELECT parent_id FROM expired WHERE parent_id IS NOT NULL AND NOT is_deleted;
  ANALYZE expired; ANALYZE saved;

  UPDATE post_flags SET status = 1, updated_at = '${now}'
  WHERE post_id IN (SELECT id FROM expired) AND status = 0;
  UPDATE post_appeals SET status = 2, updated_at = '${now}'
  WHERE post_id IN (SELECT id FROM expired) AND status = 0;
  INSERT INTO post_flags (post_id, creator_id, reason, status, created_at, updated_at)
  SELECT id, 1, reason, 1, '${now}', '${now}' FROM expired ORDER BY id;

  CREATE TEMPORARY TABLE retagged ON COMMIT DROP AS
  WITH RECURSIVE tagged AS (
    SELECT p.id, name FROM posts p JOIN saved USING (id), unnest(string_to_array(p.tag_string, ' ')) AS name
    WHERE name NOT IN ('incredibly_absurdres', 'absurdres', 'highres', 'lowres', 'flash', 'video', 'ugoira',
      'animated_gif', 'animated_png', 'exif_rotation', 'non-repeating_animation', 'non-web_source', 'wide_image',
      'tall_image')
    UNION
    SELECT p.id, size.name FROM posts p JOIN saved USING (id), LATERAL (VALUES
      ('incredibly_absurdres', image_width >= 10000 OR image_height >= 10000),
      ('absurdres', image_width >= 3200 OR image_height >= 2400),
      ('highres', image_width >= 1600 OR image_height >= 1200),
      ('lowres', image_width <= 500 AND image_height <= 500)) AS size(name, applies)
    WHERE applies
    UNION
    SELECT tagged.id, consequent_name FROM tagged
    JOIN tag_implications ON antecedent_name = tagged.name AND status = 'active'
  )
  SELECT tagged.id, string_agg(tagged.name, ' ' ORDER BY tagged.name COLLATE "C") AS tag_string, count(*)::int AS total,
    count(*) FILTER (WHERE category = 0)::int AS general, count(*) FILTER (WHERE category = 1)::int AS artist,
    count(*) FILTER (WHERE category = 3)::int AS copyright, count(*) FILTER (WHERE category = 4)::int AS character,
    count(*) FILTER (WHERE category = 5)::int AS meta
  FROM tagged JOIN tags ON tags.name = tagged.name GROUP BY tagged.id;

  INSERT INTO post_versions (created_at, updated_at, post_id, updater_id, version, rating, source, parent_id, tags,
    parent_changed, rating_changed, source_changed, added_tags)
  SELECT '${now}', '${now}', p.id, 1, 1, p.rating, p.source, p.parent_id, r.tag_string, true, true, true,
    string_to_array(r.tag_string, ' ')
  FROM posts p JOIN retagged r USING (id) WHERE p.tag_string <> r.tag_string ORDER BY p.id;
  UPDATE users SET post_update_count = (SELECT count(*) FROM post_versions WHERE updater_id = 1) WHERE id = 1;
  UPDATE tags SET post_count = post_count + x.added FROM (
    SELECT name, count(*) AS added FROM retagged r JOIN posts p USING (id), unnest(string_to_array(r.tag_string, ' ')) AS name
    WHERE p.tag_string <> r.tag_string AND name <> ALL (string_to_array(p.tag_string, ' ')) GROUP BY name
  ) x WHERE tags.name = x.name;
  UPDATE posts SET tag_string = r.tag_string, tag_count = total, tag_count_general = general, tag_count_artist = artist,
    tag_count_copyright = copyright, tag_count_character = character, tag_count_meta = meta,
    is_deleted = posts.is_deleted OR e.id IS NOT NULL, is_pending = is_pending AND e.id IS NULL,
    is_flagged = is_flagged AND e.id IS NULL, updated_at = '${now}'
  FROM retagged r LEFT JOIN expired e USING (id)
  WHERE posts.id = r.id AND (posts.tag_string <> r.tag_string OR e.id IS NOT NULL AND NOT e.is_deleted);
  UPDATE posts SET has_children = x.children, has_active_children = x.active, updated_at = '${now}' FROM (
    SELECT p.id, EXISTS (SELECT FROM posts c WHERE c.parent_id = p.id) AS children,
      EXISTS (SELECT FROM posts c WHERE c.parent_id = p.id AND NOT c.is_deleted) AS active
    FROM posts p WHERE p.id IN (SELECT parent_id FROM expired WHERE NOT is_deleted)
  ) x WHERE posts.id = x.id AND (has_children, has_active_children) IS DISTINCT FROM (x.children, x.active);
  UPDATE users SET upload_points = x.points, updated_at = '${now}' FROM (
    SELECT uploader_id AS id, pg_temp.replay(is_deleted ORDER BY id) AS points FROM posts
    WHERE uploader_id IN (SELECT uploader_id FROM expired) AND NOT is_pending GROUP BY uploader_id
  ) x WHERE users.id = x.id AND level < 35 AND upload_points <> x.points`
