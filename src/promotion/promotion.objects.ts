/** Results of the promotion fields: bundles, plans and outcomes. */
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Scoped } from '../graph/decorators';
import type { JsonRecord } from '../graph/queries/account-row';
import { Json, JsonObject } from '../graph/scalars';

export const ImportAction = {
  CREATE: 'CREATE',
  UPDATE: 'UPDATE',
  UNCHANGED: 'UNCHANGED',
  DELETE: 'DELETE',
  RESTORE: 'RESTORE',
} as const;
export type ImportAction = keyof typeof ImportAction;
registerEnumType(ImportAction, {
  name: 'ImportAction',
  description: 'What an import does to a row. RESTORE is what an undo does to a row that the import deleted.',
});

@ObjectType({ description: 'The number of rows in one section of a bundle.' })
export class ConfigurationCount {
  @Field(() => String, { description: 'The section of the bundle, for example `mcpServers`.' })
  section!: string;

  @Field(() => Int, { description: 'The number of rows.' })
  count!: number;
}

@ObjectType({ description: 'A secret for which a bundle has a placeholder: `${secret:NAME}`.' })
export class SecretPlaceholder {
  @Field(() => String, { description: 'The NAME of the placeholder.' })
  name!: string;

  @Field(() => String, { description: 'Type of the row that has the secret, for example `McpServer`.' })
  resourceType!: string;

  @Field(() => String, { description: 'Name of that row.' })
  resourceName!: string;

  @Field(() => String, { description: 'Its path, for example `mcpServers[2].authentication.token`.' })
  path!: string;
}

@Scoped()
@ObjectType({
  description:
    'The configuration of an account: sorted and stable for readable diffs, with names instead of ids, and without account and secrets.',
})
export class ConfigurationBundle {
  @Field(() => ID, { description: 'The account that was exported; it is not part of the text.' })
  accountId!: string;

  @Field(() => Int, { description: 'Version of the format.' })
  schemaVersion!: number;

  @Field(() => String, { description: 'The bundle as YAML; the same configuration gives the same bytes.' })
  yaml!: string;

  @Field(() => JsonObject, { description: 'The same bundle as JSON, its fields in the same order.' })
  json!: JsonRecord;

  @Field(() => [ConfigurationCount], { description: 'The number of rows in each section.' })
  counts!: ConfigurationCount[];

  @Field(() => [SecretPlaceholder], {
    description: 'The secrets that an import needs if the target account does not have them.',
  })
  secrets!: SecretPlaceholder[];

  @Field(() => [String], {
    description:
      'Warnings: secrets that earlier releases stored outside `authentication` and that were left out, and a bundle that is too large to import as a whole.',
  })
  warnings!: string[];
}

@Scoped()
@ObjectType({ description: 'A secret that is stored in plain text, where everybody who can read the row sees it.' })
export class StoredSecret {
  @Field(() => ID, { description: 'The account of the row.' })
  accountId!: string;

  @Field(() => String, { description: 'Type of the row, for example `McpServer`.' })
  resourceType!: string;

  @Field(() => ID, { description: 'The row.' })
  resourceId!: string;

  @Field(() => String, { description: 'Name of the row.' })
  resourceName!: string;

  @Field(() => String, { description: 'Its path, for example `config.headers.Authorization`.' })
  path!: string;

  @Field(() => String, {
    description: 'What kind of secret it seems to be, and where it should be stored; the secret itself is not shown.',
  })
  problem!: string;
}

@ObjectType({ description: 'One field that an import changes.' })
export class ImportFieldChange {
  @Field(() => String, { description: 'Path within the row, for example `metadata.owner.team` or `tools`.' })
  path!: string;

  @Field(() => Json, { nullable: true, description: 'The value before the import; null when there is none.' })
  before!: unknown;

  @Field(() => Json, { nullable: true, description: 'The value after the import; null when there is none.' })
  after!: unknown;
}

@ObjectType({ description: 'What an import does to one row.' })
export class ImportChange {
  @Field(() => ImportAction, { description: 'What is done.' })
  action!: ImportAction;

  @Field(() => String, { description: 'Type of the row, for example `Agent`.' })
  resourceType!: string;

  @Field(() => String, {
    description: 'Name of the row; a schedule is identified by its agent, cron expression and time zone.',
  })
  name!: string;

  @Field(() => [ImportFieldChange], {
    description: 'For CREATE every field, for UPDATE those that change, otherwise none. Secrets are never shown.',
  })
  fields!: ImportFieldChange[];
}

@ObjectType({ description: 'A problem that prevents an import.' })
export class ImportProblem {
  @Field(() => String, { description: 'What is wrong and what to do about it.' })
  message!: string;

  @Field(() => String, {
    description: 'Path in the bundle, for example `agents[3].tools[1]`; empty for the bundle as a whole.',
  })
  path!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Line in the bundle, counted from 1; null when no single line is the cause.',
  })
  line!: number | null;
}

@ObjectType({ description: 'How many rows an import creates, updates, deletes and leaves unchanged.' })
export class ImportSummary {
  @Field(() => Int, { description: 'Rows to create.' })
  create!: number;

  @Field(() => Int, { description: 'Rows to update.' })
  update!: number;

  @Field(() => Int, { description: 'Rows that the account already has exactly as the bundle describes them.' })
  unchanged!: number;

  @Field(() => Int, { description: 'Rows to delete; none without prune.' })
  delete!: number;
}

@Scoped()
@ObjectType({ description: 'What an import would do to an account as it is now. Planning stores nothing.' })
export class ImportPlan {
  @Field(() => ID, { description: 'The account that the plan is for.' })
  accountId!: string;

  @Field(() => String, {
    description: 'Identifies this bundle against this state of the account; pass it to applyImport as planHash.',
  })
  hash!: string;

  @Field(() => Boolean, {
    description: 'Whether applyImport would accept it: nothing conflicts and nothing is missing.',
  })
  applicable!: boolean;

  @Field(() => [ImportChange], { description: 'Every row of the bundle and, with prune, every row to delete.' })
  changes!: ImportChange[];

  @Field(() => ImportSummary, { description: 'The number of rows per action.' })
  summary!: ImportSummary;

  @Field(() => [ImportProblem], {
    description: 'Conflicts with the state of the account; applyImport refuses a plan with conflicts.',
  })
  conflicts!: ImportProblem[];

  @Field(() => [ImportProblem], {
    description:
      'References to rows that are neither in the bundle nor in the account; applyImport refuses a plan with such references.',
  })
  missing!: ImportProblem[];

  @Field(() => [SecretPlaceholder], {
    description:
      'Secrets that the account does not have. Plan again with their names in secretNames, then give them to applyImport.',
  })
  missingSecrets!: SecretPlaceholder[];

  @Field(() => [String], {
    description: 'Warnings: what had no equivalent in a converted file, and what prune does not touch.',
  })
  warnings!: string[];
}

@Scoped()
@ObjectType({ description: 'What an import or its undo did.' })
export class ImportResult {
  @Field(() => ID, { description: 'The account that was changed.' })
  accountId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the import, for undoImport; null when there was nothing to change.',
  })
  importId!: string | null;

  @Field(() => [ImportChange], { description: 'What was done, as it was planned.' })
  changes!: ImportChange[];

  @Field(() => ImportSummary, {
    description: 'The number of rows per action; rows that an undo restores count as created.',
  })
  summary!: ImportSummary;
}

@InputType({ description: 'The value of a secret for a placeholder in a bundle.' })
export class SecretInput {
  @Field(() => String, { description: 'The NAME of `${secret:NAME}`: 1 to 128 letters, digits and underscores.' })
  name!: string;

  @Field(() => String, { description: 'Its value, 1 to 8,192 characters; stored encrypted and never shown.' })
  value!: string;
}
