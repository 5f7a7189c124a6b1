import { idArray, jsonRows } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { levels } from '../users/levels.ts'

export const initialUploadPoints = 1_000
const mostUploadPoints = 10_000
const pointsPerPost = 10

/** Points from an upload level to the next. */
function levelWidth(level: number): number {
  return 100 + 20 * Math.max(level - 10, 0)
}

function uploadLevel(points: number): number {
  let level = 0
  for (let left = points - levelWidth(0); left >= 0; left -= levelWidth(level)) level += 1
  return level
}

/** What a deleted post costs at each number of points: a third of the width of the level. */
const penalties = Array.from({ length: mostUploadPoints + 1 }, (_, points) =>
  Math.round(levelWidth(uploadLevel(points)) / 3),
)

/**
 * The upload points of a user with these uploads, replayed in their order: a surviving post gains points, a deleted one costs
 * some. Danbooru's `UploadLimit` at commit b43a913ad7.
 *
 * @param history one letter for each upload that is not pending: `d` deleted, anything else not.
 */
export function replayUploadPoints(history: string): number {
  let points = initialUploadPoints
  for (const upload of history) {
    const change = upload === 'd' ? -(penalties[points] ?? 0) : pointsPerPost
    points = Math.min(Math.max(points + change, 0), mostUploadPoints)
  }
  return points
}

/** Computes the upload points of these users again; contributors have no limit, and theirs stay as they are. */
export async function recountUploadPoints(
  { em, now }: UnitOfWork,
  userIds: readonly number[],
): Promise<void> {
  const locked = await em.execute<{ id: number }[]>(
    'SELECT id FROM users WHERE id = ANY (?::int[]) AND level < ? ORDER BY id FOR NO KEY UPDATE',
    [idArray([...new Set(userIds)]), levels.contributor],
  )
  if (locked.length === 0) return
  const histories = await em.execute<{ id: number; history: string }[]>(
    `SELECT uploader_id AS id, string_agg(CASE WHEN is_deleted THEN 'd' ELSE 'a' END, '' ORDER BY id) AS history
     FROM posts WHERE uploader_id = ANY (?::int[]) AND NOT is_pending GROUP BY uploader_id`,
    [idArray(locked.map(({ id }) => id))],
  )
  const points = histories.map(({ id, history }) => ({ id, points: replayUploadPoints(history) }))
  await em.execute(
    `UPDATE users SET upload_points = x.points, updated_at = ?::timestamp
     FROM jsonb_to_recordset(?::jsonb) AS x(id int, points int)
     WHERE users.id = x.id AND upload_points <> x.points`,
    [now, jsonRows(points)],
    'run',
  )
}
