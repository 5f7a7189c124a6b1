/** The numbers that a table of codes allows: `Code<typeof tagCategories>` is `0 | 1 | 3 | 4 | 5`. */
export type Code<Codes extends Record<string, number>> = Codes[keyof Codes]
