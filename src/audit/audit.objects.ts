/** What the audit queries answer with besides events: snapshots, verdicts and checkpoints. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Scoped } from '../graph/decorators';
import type { JsonRecord } from '../graph/queries/account-row';
import { DateTime, JsonObject } from '../graph/scalars';

@Scoped()
@ObjectType({ description: 'A row as it was at a time.' })
export class AuditSnapshot {
  @Field(() => ID, { description: 'The account of the row.' })
  accountId!: string;

  @Field(() => String, { description: 'Type of the row, for example `Agent`.' })
  resourceType!: string;

  @Field(() => ID, { description: 'Id of the row.' })
  resourceId!: string;

  @Field(() => DateTime, { description: 'The time that was asked for.' })
  time!: string;

  @Field(() => JsonObject, {
    nullable: true,
    description: 'All recorded columns, under the names of the API; null when the row did not exist then.',
  })
  row!: JsonRecord | null;
}

@Scoped()
@ObjectType({ description: 'A place in the chain of an account, signed: keep it where nobody can change it.' })
export class AuditCheckpoint {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => Int, { description: 'Sequence of the last event.' })
  sequence!: number;

  @Field(() => String, { description: 'Hash of the last event, 64 hexadecimal digits.' })
  hash!: string;

  @Field(() => DateTime, { description: 'When that event happened.' })
  at!: string;

  @Field(() => String, { description: 'Ed25519 signature of the gateway, base64url.' })
  signature!: string;

  @Field(() => String, { description: 'The public key of the gateway, 32 bytes in base64url.' })
  publicKey!: string;
}

@Scoped()
@ObjectType({ description: 'Events of an account in the order of their chain, as they were hashed.' })
export class AuditExport {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => [String], {
    description:
      'Lines of an export, `{"hash":…,"event":<canonical form>}`: written to a file with a checkpoint as its last line, `{"checkpoint":…}`, they can be checked offline.',
  })
  lines!: string[];

  @Field(() => Int, { description: 'Sequence of the last event; send it as `after` to go on.' })
  lastSequence!: number;

  @Field(() => Boolean, { description: 'The end of the chain was reached.' })
  complete!: boolean;
}

@InputType({ description: 'A checkpoint as auditCheckpoint gave it.' })
export class AuditCheckpointInput {
  @Field(() => Int, { description: 'Sequence of the last event then.' })
  sequence!: number;

  @Field(() => String, { description: 'Its hash, 64 hexadecimal digits.' })
  hash!: string;

  @Field(() => DateTime, { description: 'When that event happened.' })
  at!: string;

  @Field(() => String, { description: 'Its signature, 86 characters of base64url.' })
  signature!: string;
}

@Scoped()
@ObjectType({ description: 'What checking the chain of an account found.' })
export class AuditVerification {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => Boolean, { description: 'Every event that was checked is as it was written, in its place.' })
  intact!: boolean;

  @Field(() => Int, { description: 'How many events were found intact, at most 20,000 in one request.' })
  checked!: number;

  @Field(() => Int, { description: 'Sequence of the last intact event; send it as `after` to go on.' })
  lastSequence!: number;

  @Field(() => Boolean, { description: 'The end of the chain was reached.' })
  complete!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'EDITED, MISSING, OUT_OF_ORDER, REWRITTEN or TRUNCATED; null when intact.',
  })
  fault!: string | null;

  @Field(() => Int, { nullable: true, description: 'Sequence of the first event concerned.' })
  faultSequence!: number | null;

  @Field(() => String, { nullable: true, description: 'What is wrong, in words.' })
  message!: string | null;
}
