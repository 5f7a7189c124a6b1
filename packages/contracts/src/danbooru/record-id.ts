import { z } from 'zod'

/** The id of a row of Danbooru's database: a positive 32-bit integer. */
export const recordId = z.int().min(1).max(2_147_483_647)
