/** The input of `access check`: expectations from a file, and the operations they refer to. */
import { dirname, resolve } from 'node:path';
import { OperationTypeNode } from 'graphql/language/ast';
import { Kind } from 'graphql/language/kinds';
import { parse } from 'graphql/language/parser';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../../../util/message-of';
import { CommandFailure } from '../../failures';
import { readText } from '../../input/files';

/** An operation as simulateAccess takes it. */
export interface CheckedOperation {
  /** Its source, for people: `agents.graphql: AgentsPage`. */
  readonly label: string;
  readonly document: string;
  readonly operationName: string | null;
}

export interface Subject {
  readonly kind: 'role' | 'key';
  /** Name of the role; name or id of the key. */
  readonly name: string;
}

export interface Expectation {
  readonly subject: Subject;
  readonly isAllowed: boolean;
  readonly operation: CheckedOperation;
}

const documents = z.array(z.string().min(1)).default([]);
const entrySchema = z
  .strictObject({
    role: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
    allowed: documents,
    denied: documents,
  })
  .refine(({ role, key }) => (role === undefined) !== (key === undefined), 'names either a role or a key')
  .refine(({ allowed, denied }) => allowed.length + denied.length > 0, 'lists nothing that is allowed or denied');
const fileSchema = z.array(entrySchema).min(1, 'holds no expectation');

/** The operations of a document, one by one. @throws CommandFailure */
function operationsOf(label: string, document: string): CheckedOperation[] {
  const definitions = (() => {
    try {
      return parse(document).definitions;
    } catch (error) {
      throw new CommandFailure(`${label} is not GraphQL: ${messageOf(error)}`);
    }
  })();
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operations.length === 0) throw new CommandFailure(`${label} contains no operation.`);
  return operations.map(({ name, operation }) => {
    const kind = operation === OperationTypeNode.MUTATION ? 'mutation' : 'query';
    return { label: `${label}: ${name?.value ?? kind}`, document, operationName: name?.value ?? null };
  });
}

/** @throws CommandFailure */
export const operationsOfFile = async (path: string): Promise<CheckedOperation[]> =>
  operationsOf(path, await readText(path));

/** Text with a selection is an operation, any other a file path relative to the expectations. */
async function operationsNamed(text: string, folder: string): Promise<CheckedOperation[]> {
  return text.includes('{') ? operationsOf('operation', text) : operationsOfFile(resolve(folder, text));
}

/**
 * Reads a file of expectations: a list of roles or keys with what each is allowed and denied.
 * @throws CommandFailure naming every problem of the file.
 */
export async function readExpectations(path: string): Promise<Expectation[]> {
  const text = await readText(path);
  const content = ((): unknown => {
    try {
      return parseYaml(text);
    } catch (error) {
      throw new CommandFailure(`${path} is not YAML: ${messageOf(error)}`);
    }
  })();
  const { data, error } = fileSchema.safeParse(content);
  if (!data) {
    const problems = error.issues.map((issue) => `  ${[...issue.path].join('.') || 'the file'}: ${issue.message}`);
    throw new CommandFailure([`${path} is not a list of expectations:`, ...problems].join('\n'));
  }
  const expectations: Expectation[] = [];
  for (const { role, key, allowed, denied } of data) {
    const subject: Subject = role === undefined ? { kind: 'key', name: key ?? '' } : { kind: 'role', name: role };
    for (const [texts, isAllowed] of [[allowed, true] as const, [denied, false] as const])
      for (const each of texts)
        for (const operation of await operationsNamed(each, dirname(path)))
          expectations.push({ subject, isAllowed, operation });
  }
  return expectations;
}
