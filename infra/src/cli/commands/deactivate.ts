import type { AddCommand, AnswerOptions } from '../command.ts'
import { answer, jsonOption } from '../command.ts'
import { yesOption } from '../confirm.ts'
import { exitCodes } from '../failure.ts'
import { deactivationText } from '../format/deactivation.ts'

interface DeactivateOptions extends AnswerOptions {
  readonly by?: string
  readonly passwordStdin?: true
  readonly yes?: true
}

/** `danbooru-jobs deactivate`: asks the user-deactivation service. */
export const addDeactivate: AddCommand = (program) => {
  program
    .command('deactivate')
    .description('deactivate an account, which cannot be undone; asks first')
    .argument('<user>', 'id or name')
    .option('--by <user>', 'who asks: the owner of the site (default: the user, with the password)')
    .option('--password-stdin', "read the user's password from standard input")
    .option(...yesOption)
    .option(...jsonOption)
    .notes('Users close their own account with its password, which is asked for. The owner needs none.')
    .examples('deactivate member', 'deactivate voter --by owner --yes')
    .action(async (user: string, options: DeactivateOptions) => {
      const { requestDeactivation } = await import('../request-deactivation.ts')
      const reply = await requestDeactivation({
        user,
        by: options.by,
        passwordStdin: options.passwordStdin === true,
        isSure: options.yes === true,
      })
      answer(options, reply, deactivationText(reply))
      if (reply.status !== 'accepted') process.exitCode = exitCodes.failed
    })
}
