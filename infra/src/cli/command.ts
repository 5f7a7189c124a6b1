import type { Command } from 'commander'

/** Adds one command to the program. Each command has a file of its own in `commands/`. */
export type AddCommand = (program: Command) => void
