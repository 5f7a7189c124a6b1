import { createHash } from 'node:crypto'
import type { Board } from './board.ts'

type Row = Readonly<Record<string, unknown>>

/** A database and its time. */
type Place = Pick<Board, 'query' | 'now'>

/** Writes rows for a test. Columns that are not given have the values that the application gives them. Returns ids. */
export interface Fixtures {
  user(name: string, columns?: Row): Promise<number>
  users(names: readonly string[], columns?: Row): Promise<readonly number[]>
  post(uploaderId: number, columns?: Row, asset?: Row | null): Promise<number>
  /** A post for each uploader; `asset` has the columns of their media assets, or null for posts without one. */
  posts(uploaderIds: readonly number[], columns?: Row, asset?: Row | null): Promise<readonly number[]>
  tag(name: string, columns?: Row): Promise<number>
  insert(table: string, columns: Row): Promise<number>
  /** Any number of rows in one statement. Each of `rows` has the same columns; `columns` have the same values in all. */
  insertAll(table: string, rows: readonly Row[], columns?: Row): Promise<readonly number[]>
}

const minute = 60_000
const units = { minutes: minute, hours: 60 * minute, days: 24 * 60 * minute } as const

/** A time before the board's. */
export function before(board: Pick<Board, 'now'>, amount: number, unit: keyof typeof units = 'days'): Date {
  return new Date(board.now.getTime() - amount * units[unit])
}

export function fixtures(board: Place): Fixtures {
  let files = 0
  const insertAll = (table: string, rows: readonly Row[], columns: Row = {}) => {
    const at = columns.created_at ?? board.now
    return insertRows(board, table, rows, { created_at: at, updated_at: at, ...columns })
  }
  const insertOne = async (table: string, columns: Row) => only(await insertAll(table, [{}], columns))
  const users = (names: readonly string[], columns: Row = {}) =>
    insertAll(
      'users',
      names.map((name) => ({ name })),
      { ...newAccount, ...columns },
    )
  const posts: Fixtures['posts'] = async (uploaderIds, columns = {}, asset = {}) => {
    const owned = uploaderIds.map((uploader_id) => {
      files += 1
      const md5 = createHash('md5').update(String(files)).digest('hex')
      return { post: { uploader_id, md5 }, asset: { md5, file_key: `file${files}` } }
    })
    if (asset !== null) {
      const { created_at = board.now, updated_at = created_at } = columns
      await insertAll(
        'media_assets',
        owned.map((one) => one.asset),
        { ...newFile, created_at, updated_at, ...asset },
      )
    }
    const rows = owned.map(({ post }) => post)
    return insertAll('posts', rows, { ...newFile, ...newPost, ...columns })
  }
  return {
    insert: insertOne,
    insertAll,
    tag: (name, columns) => insertOne('tags', { name, ...columns }),
    user: async (name, columns) => only(await users([name], columns)),
    users,
    post: async (uploaderId, columns, asset) => only(await posts([uploaderId], columns, asset)),
    posts,
  }
}

/** @param common the columns that are the same in all rows. */
async function insertRows(board: Place, table: string, rows: readonly Row[], common: Row) {
  const names = [...new Set([...Object.keys(common), ...Object.keys(rows[0] ?? {})])].join(', ')
  const inserted = await board.query<{ id: number | string }>(
    `INSERT INTO ${table} (${names})
     SELECT ${names} FROM jsonb_populate_recordset(jsonb_populate_record(NULL::${table}, $1), $2) RETURNING id`,
    [JSON.stringify(common), JSON.stringify(rows)],
  )
  return inserted.map(({ id }) => Number(id))
}

function only(ids: readonly number[]): number {
  const [id] = ids
  if (id === undefined) throw new Error('no row was inserted')
  return id
}

const newFile = { file_ext: 'jpg', file_size: 100_000, image_width: 1_000, image_height: 1_000 }
const newPost = { rating: 'g', tag_string: 'tagme', tag_count: 1, tag_count_meta: 1 }
const newAccount = {
  level: 20,
  post_upload_count: 0,
  post_update_count: 0,
  note_update_count: 0,
  favorite_count: 0,
  unread_dmail_count: 0,
  comment_threshold: -8,
  default_image_size: 'large',
  time_zone: 'Eastern Time (US & Canada)',
  bcrypt_password_hash: '*',
  per_page: 20,
  bit_prefs: 32,
  theme: 0,
  upload_points: 1_000,
}
