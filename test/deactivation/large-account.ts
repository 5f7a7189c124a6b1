import type { TestDatabase } from '../harness/index.ts'

/** How large an account is, and which posts it is about. */
export interface LargeAccount {
  readonly userId: number
  readonly favorites: number
}

/** The id of the first of the posts that {@link makePosts} makes. */
export const firstPost = 1_000

/** Posts for large accounts to favorite: plain, with ids from 1,000 up. */
export async function makePosts(query: TestDatabase['query'], count: number): Promise<void> {
  await query(
    `insert into posts (id, created_at, updated_at, md5, rating, uploader_id, tag_string, file_ext, file_size, image_width, image_height)
     select id, now(), now(), md5(id::text), 's', 1, 'large', 'jpg', 1000, 100, 100
       from generate_series($1::int, $2::int) as id`,
    [firstPost, firstPost + count - 1],
  )
}

/** Gives a user private favorites of the first posts, each with the upvote that comes with it, all counted. */
export async function makeLarge(
  query: TestDatabase['query'],
  { userId, favorites }: LargeAccount,
): Promise<void> {
  const last = firstPost + favorites - 1
  await query(
    'insert into favorites (user_id, post_id) select $1, id from generate_series($2::int, $3::int) as id',
    [userId, firstPost, last],
  )
  await query(
    `insert into post_votes (user_id, post_id, score, created_at, updated_at)
     select $1, id, 1, now(), now() from generate_series($2::int, $3::int) as id`,
    [userId, firstPost, last],
  )
  await query(
    'update posts set fav_count = fav_count + 1, score = score + 1, up_score = up_score + 1 where id between $1 and $2',
    [firstPost, last],
  )
  await query(
    `update users set favorite_count = favorite_count + $2, bit_prefs = bit_prefs | 64, level = 20 where id = $1`,
    [userId, favorites],
  )
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
