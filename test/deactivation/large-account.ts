import { keepIndexes, type TestDatabase } from '../harness/index.ts'

/** How large an account is. */
export interface LargeAccount {
  readonly userId: number
  readonly favorites: number
}

/** The id of the first of the posts that {@link makeLarge} makes. */
export const firstPost = 1_000

/**
 * Gives a user private favorites of new, plain posts with ids from 1,000 up, each with the upvote that comes with it, all counted.
 * The rows refer to each other and to accounts that are there, so nothing looks their references up.
 */
export async function makeLarge(
  query: TestDatabase['query'],
  { userId, favorites }: LargeAccount,
): Promise<void> {
  const posts = `generate_series(${firstPost}, ${firstPost + favorites - 1}) as id`
  await keepIndexes(query, {
    posts: ['index_posts_on_parent_id'],
    favorites: ['index_favorites_on_user_id_and_id', 'index_favorites_on_user_id_and_post_id'],
    post_votes: ['index_post_votes_on_post_id', 'index_post_votes_on_user_id_and_post_id'],
  })
  await query(`
    begin;
    set local session_replication_role = replica;
    insert into posts (id, created_at, updated_at, md5, rating, uploader_id, tag_string, file_ext, file_size, image_width, image_height,
                       fav_count, score, up_score)
      select id, now(), now(), md5(id::text), 's', 1, 'large', 'jpg', 1000, 100, 100, 1, 1, 1 from ${posts};
    insert into favorites (user_id, post_id) select ${userId}, id from ${posts};
    insert into post_votes (user_id, post_id, score, created_at, updated_at) select ${userId}, id, 1, now(), now() from ${posts};
    update users set favorite_count = favorite_count + ${favorites}, bit_prefs = bit_prefs | 64, level = 20 where id = ${userId};
    commit`)
  // As autovacuum would have done long ago.
  await query('analyze posts, favorites, post_votes')
}

/** Posts whose counters do not say what the rows say. */
export async function miscounted(query: TestDatabase['query']): Promise<number> {
  const [row] = await query<{ count: number }>(`
    select count(*)::int as count
      from posts p
      left join (select post_id, count(*) as favs from favorites group by 1) f on f.post_id = p.id
      left join (
        select post_id, sum(score) as score, sum(greatest(score, 0)) as up from post_votes where not is_deleted group by 1
      ) v on v.post_id = p.id
     where fav_count <> coalesce(favs, 0) or p.score <> coalesce(v.score, 0) or up_score <> coalesce(up, 0)`)
  return row?.count ?? -1
}
