/** What the fields of promotion answer with: bundles, plans and results. */
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

@ObjectType({ description: 'How many rows of a kind there are.' })
export class ConfigurationCount {
  @Field(() => String, { description: 'The section of the bundle, for example `mcpServers`.' })
  section!: string;

  @Field(() => Int, { description: 'Rows of it.' })
  count!: number;
}

@ObjectType({ description: 'A secret that a bundle has a placeholder for: `${secret:NAME}`.' })
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
    'The configuration of an account by names: sorted and stable, so that it diffs well; no ids, no account, no secrets.',
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

  @Field(() => [ConfigurationCount], { description: 'Rows of each section.' })
  counts!: ConfigurationCount[];

  @Field(() => [SecretPlaceholder], { description: 'The secrets that an import into an account without them needs.' })
  secrets!: SecretPlaceholder[];

  @Field(() => [String], {
    description:
      'What you should know: secrets that earlier releases stored outside of `authentication` and that were left out, and a bundle that is too large to be imported as a whole.',
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

  @Field(() => String, { description: 'What it seems to be and where it belongs; the secret itself is not shown.' })
  problem!: string;
}

@ObjectType({ description: 'One field that an import changes.' })
export class ImportFieldChange {
  @Field(() => String, { description: 'Path within the row, for example `metadata.owner.team` or `tools`.' })
  path!: string;

  @Field(() => Json, { nullable: true, description: 'What is stored; null when there is nothing.' })
  before!: unknown;

  @Field(() => Json, { nullable: true, description: 'What will be stored; null when there will be nothing.' })
  after!: unknown;
}

@ObjectType({ description: 'What an import does to one row.' })
export class ImportChange {
  @Field(() => ImportAction, { description: 'What is done.' })
  action!: ImportAction;

  @Field(() => String, { description: 'Type of the row, for example `Agent`.' })
  resourceType!: string;

  @Field(() => String, { description: 'Name of the row; a schedule is called by its agent, cron and zone.' })
  name!: string;

  @Field(() => [ImportFieldChange], {
    description: 'For CREATE every field, for UPDATE those that change, otherwise none. Secrets are never shown.',
  })
  fields!: ImportFieldChange[];
}

@ObjectType({ description: 'What stands in the way of an import.' })
export class ImportProblem {
  @Field(() => String, { description: 'What is wrong and what to do about it.' })
  message!: string;

  @Field(() => String, { description: 'Place in the bundle, for example `agents[3].tools[1]`; empty for the whole.' })
  path!: string;

  @Field(() => Int, { nullable: true, description: 'Line of the bundle, from 1; null when no line is to blame.' })
  line!: number | null;
}

@ObjectType({ description: 'How many rows an import creates, updates, leaves and deletes.' })
export class ImportSummary {
  @Field(() => Int, { description: 'Rows to create.' })
  create!: number;

  @Field(() => Int, { description: 'Rows to update.' })
  update!: number;

  @Field(() => Int, { description: 'Rows of the bundle that are in the account as they are.' })
  unchanged!: number;

  @Field(() => Int, { description: 'Rows to delete; none without prune.' })
  delete!: number;
}

@Scoped()
@ObjectType({ description: 'What an import would do to an account as it is now. Nothing is stored by planning.' })
export class ImportPlan {
  @Field(() => ID, { description: 'The account that is planned for.' })
  accountId!: string;

  @Field(() => String, {
    description: 'Fixes this bundle against this state of the account; applyImport takes it as planHash.',
  })
  hash!: string;

  @Field(() => Boolean, { description: 'Whether applyImport would do it: nothing conflicts and nothing is missing.' })
  applicable!: boolean;

  @Field(() => [ImportChange], { description: 'Every row of the bundle, and with prune every row that goes.' })
  changes!: ImportChange[];

  @Field(() => ImportSummary, { description: 'The changes, counted.' })
  summary!: ImportSummary;

  @Field(() => [ImportProblem], { description: 'What contradicts the state of the account; while any, no apply.' })
  conflicts!: ImportProblem[];

  @Field(() => [ImportProblem], {
    description: 'References to rows that are neither in the bundle nor in the account; while any, no apply.',
  })
  missing!: ImportProblem[];

  @Field(() => [SecretPlaceholder], {
    description:
      'Secrets that the account does not have. Plan again with their names in secretNames, then give them to applyImport.',
  })
  missingSecrets!: SecretPlaceholder[];

  @Field(() => [String], {
    description: 'What you should know: what had no equivalent in a converted file, what prune leaves alone.',
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
    description: 'Names the import for undoImport; null when there was nothing to change.',
  })
  importId!: string | null;

  @Field(() => [ImportChange], { description: 'What was done, as it was planned.' })
  changes!: ImportChange[];

  @Field(() => ImportSummary, { description: 'The changes, counted; what an undo restores counts as created.' })
  summary!: ImportSummary;
}

@InputType({ description: 'The value of a secret that a bundle has a placeholder for.' })
export class SecretInput {
  @Field(() => String, { description: 'The NAME of `${secret:NAME}`: 1 to 128 letters, digits and underscores.' })
  name!: string;

  @Field(() => String, { description: 'Its value, 1 to 8,192 characters; kept encrypted and never shown.' })
  value!: string;
}
