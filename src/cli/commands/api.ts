/** api: sends any GraphQL operation. */
import { CommandFailure, usageError } from '../failures';
import { openClient } from '../gateway/session';
import { errorLine } from '../gateway/refusal';
import { readText } from '../input/files';
import { jsonObjectText } from '../input/json-object';
import { data } from '../output/print';
import { command, withReason, type Common } from './command';

interface Options extends Common {
  readonly file?: string;
  readonly variables?: string;
  readonly operation?: string;
  readonly reason?: string;
}

const STANDARD_INPUT = '-';

async function queryFrom(argument: string | undefined, file: string | undefined): Promise<string> {
  if (argument !== undefined && file !== undefined)
    throw usageError('Give the query as an argument or with --file, not both.');
  if (argument !== undefined) return argument;
  if (file === undefined && process.stdin.isTTY)
    throw usageError('Give a query: as an argument, with --file, or piped in.');
  return readText(file ?? STANDARD_INPUT);
}

async function api(argument: string | undefined, options: Options): Promise<void> {
  if (options.variables === '@-' && argument === undefined && (options.file ?? STANDARD_INPUT) === STANDARD_INPUT)
    throw usageError('Standard input cannot be both the query and the variables.');
  const client = openClient(options);
  const query = await queryFrom(argument, options.file);
  const variables = options.variables === undefined ? '{}' : await jsonObjectText('--variables', options.variables);
  const fields = [
    `"query":${JSON.stringify(query)}`,
    `"variables":${variables}`,
    ...(options.operation === undefined ? [] : [`"operationName":${JSON.stringify(options.operation)}`]),
  ];
  const { answer, text } = await client.send(`{${fields.join(',')}}`, /\bmutation\b/.test(query));
  await data(text.trimEnd());
  const { errors = [] } = answer;
  if (errors.length > 0) throw new CommandFailure(errors.map(errorLine).join('\n'));
}

export const apiCommand = withReason(
  command('api', 'Send any GraphQL operation. Prints the answer as JSON; the exit code is 1 if there are errors.', [
    "api '{ viewer { kind } }' --profile dev",
    'api --file query.graphql --variables \'{"first": 10}\' --profile dev',
    'api --profile dev < query.graphql | jq .data',
  ]),
)
  .argument('[query]', 'the document; default: --file or standard input')
  .option('--file <file>', 'read the document from a file; - for standard input')
  .option('--variables <json>', 'variables as a JSON object, or @file; @- for standard input')
  .option('--operation <name>', 'the operation of the document to run')
  .action(api);
