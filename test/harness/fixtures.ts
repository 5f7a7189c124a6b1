import { createHash } from 'node:crypto'
import type { Board } from './board.ts'

type Row = Readonly<Record<string, unknown>>

/** Rows to try things on: what is not given is as the application would fill it in. */
export interface Fixtures {
  user(name: string, columns?: Row): Promise<number>
  post(uploaderId: number, columns?: Row, asset?: Row | null): Promise<number>
  tag(name: string, columns?: Row): Promise<number>
  insert(table: string, columns: Row): Promise<number>
}

const minute = 60_000
const units = { minutes: minute, hours: 60 * minute, days: 24 * 60 * minute } as const

/** A time before the board's. */
export function before(board: Board, amount: number, unit: keyof typeof units = 'days'): Date {
  return new Date(board.now.getTime() - amount * units[unit])
}

export function fixtures(board: Board): Fixtures {
  let files = 0
  const insert = async (table: string, columns: Row): Promise<number> => {
    const names = Object.keys(columns)
    const values = names.map((_, index) => `$${index + 1}`)
    const parameters = Object.values(columns).map((value) =>
      value instanceof Date ? value.toISOString() : value,
    )
    const [row] = await board.query<{ id: number | string }>(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')}) RETURNING id`,
      parameters,
    )
    return Number(row?.id)
  }
  const written = (columns: Row = {}) => {
    const at = columns.created_at ?? board.now
    return { created_at: at, updated_at: at, ...columns }
  }
  return {
    insert: (table, columns) => insert(table, written(columns)),
    tag: (name, columns) => insert('tags', written({ name, ...columns })),
    user: (name, columns) => insert('users', written({ name, ...newAccount, ...columns })),
    async post(uploaderId, columns = {}, asset = {}) {
      files += 1
      const file = { md5: createHash('md5').update(String(files)).digest('hex'), ...newFile }
      const post = written({ uploader_id: uploaderId, ...file, ...newPost, ...columns })
      if (asset !== null) {
        const { md5, file_ext, file_size, image_width, image_height, created_at, updated_at } = {
          ...file,
          ...post,
        }
        const copied = { md5, file_ext, file_size, image_width, image_height, created_at, updated_at }
        await insert('media_assets', { ...copied, file_key: `file${files}`, ...asset })
      }
      return insert('posts', post)
    },
  }
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
