/** api: sends any GraphQL operation. */
import { CommandFailure, usageError } from '../failures';
import { openClient } from '../gateway/session';
import { errorLine } from '../gateway/refusal';
import { readText } from '../input/files';
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

/** JSON is kept as written: parsing and printing it would change large numbers. */
async function variablesFrom(given: string | undefined): Promise<string> {
  if (given === undefined) return '{}';
  const text = given.startsWith('@') ? await readText(given.slice(1)) : given;
  if (!isJsonObject(text)) throw usageError(`--variables is not a JSON object: ${text.trim().slice(0, 60)}`);
  return text;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

async function api(argument: string | undefined, options: Options): Promise<void> {
  if (options.variables === '@-' && argument === undefined && (options.file ?? STANDARD_INPUT) === STANDARD_INPUT)
    throw usageError('Standard input cannot be both the query and the variables.');
  const client = openClient(options);
  const query = await queryFrom(argument, options.file);
  const variables = await variablesFrom(options.variables);
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
  command('api', 'Send any GraphQL operation. Standard output is the answer as JSON; errors give exit code 1.', [
    "api '{ viewer { kind } }' --profile dev",
    'api --file query.graphql --variables \'{"first": 10}\' --profile dev',
    'api --profile dev < query.graphql | jq .data',
  ]),
)
  .argument('[query]', 'the document; by default --file or standard input')
  .option('--file <file>', 'read the document from a file; - is standard input')
  .option('--variables <json>', 'variables as a JSON object, or @file; @- is standard input')
  .option('--operation <name>', 'which operation of the document to run')
  .action(api);
