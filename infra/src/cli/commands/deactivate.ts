import type { AddCommand, AnswerOptions } from '../command.ts'
import { answer, jsonOption } from '../command.ts'
import { exitCodes } from '../failure.ts'
import { deactivationText } from '../format/deactivation.ts'

interface DeactivateOptions extends AnswerOptions {
  readonly by?: string
  readonly passwordStdin?: true
}

/** `danbooru-jobs deactivate`: asks the user-deactivation service. */
export const addDeactivate: AddCommand = (program) => {
  program
    .command('deactivate')
    .description('deactivate an account, for good')
    .argument('<user>', 'id or name')
    .option('--by <user>', 'who asks: the owner of the site (default: the user, with the password)')
    .option('--password-stdin', "read the user's password from standard input")
    .option(...jsonOption)
    .addHelpText(
      'after',
      `
A user closes the own account with its password, which is asked for. The owner needs none.

Examples:
  danbooru-jobs deactivate member
  danbooru-jobs deactivate voter --by owner`,
    )
    .action(async (user: string, options: DeactivateOptions) => {
      const { requestDeactivation } = await import('../request-deactivation.ts')
      const reply = await requestDeactivation(user, options.by, options.passwordStdin === true)
      answer(options, reply, deactivationText(reply))
      if (reply.status !== 'accepted') process.exitCode = exitCodes.failed
    })
}
