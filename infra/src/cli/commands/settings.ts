import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { exitCodes } from '../failure.ts'

interface SettingsOptions extends AnswerOptions {
  readonly only?: string
}

/** `danbooru-jobs settings`: what services read from their environment. */
export const addSettings: AddCommand = (program) => {
  program
    .command('settings')
    .description('list the settings of all services, their values in this environment, and what is wrong')
    .option('--only <names>', 'settings of these services, separated by commas (default: all)')
    .names('--only', 'service', 'several')
    .option(...jsonOption)
    .notes(`Settings are environment variables; each can be read from a file that <NAME>_FILE names.
Secrets are shown as ***. Exit code 1 when a setting is wrong.`)
    .examples('settings --only delete-user')
    .action(async (options: SettingsOptions) => {
      const { chosenServices } = await import('../select-services.ts')
      const { listSettings } = await import('../list-settings.ts')
      const { settingsJson, settingsText } = await import('../format/settings.ts')
      const settings = listSettings(await chosenServices(options.only), process.env)
      answer(options, settingsJson(settings), (isColoured) => settingsText(settings, isColoured))
      if (settings.some(({ problem }) => problem !== undefined)) process.exitCode = exitCodes.failed
    })
}
