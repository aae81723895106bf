/** Results of audit queries other than events: snapshots, verification results and checkpoints. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Scoped } from '../graph/decorators';
import type { JsonRecord } from '../graph/queries/account-row';
import { DateTime, JsonObject } from '../graph/scalars';

@Scoped()
@ObjectType({ description: 'The state of a row at a time.' })
export class AuditSnapshot {
  @Field(() => ID, { description: 'The account of the row.' })
  accountId!: string;

  @Field(() => String, { description: 'Type of the row, for example `Agent`.' })
  resourceType!: string;

  @Field(() => ID, { description: 'Id of the row.' })
  resourceId!: string;

  @Field(() => DateTime, { description: 'The given time.' })
  time!: string;

  @Field(() => JsonObject, {
    nullable: true,
    description: 'All audited columns under their API names; null if the row did not exist at that time or was erased.',
  })
  row!: JsonRecord | null;

  @Field(() => Boolean, {
    description:
      'Whether the state was erased from the audit log (`eraseHistory`); the ERASE event records by whom and why.',
  })
  erased!: boolean;
}

@Scoped()
@ObjectType({ description: 'A signed position in the audit log of an account. Store it where nobody can change it.' })
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
@ObjectType({ description: 'Events of an account in the order of their hash chain, exactly as they were hashed.' })
export class AuditExport {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => [String], {
    description:
      'Lines of an export: hash, canonical form, and the row before and after with their salts, or "erased" in their place. A file of them with a checkpoint as its last line, `{"checkpoint":…}`, can be verified offline.',
  })
  lines!: string[];

  @Field(() => Int, { description: 'Sequence of the last event; send it as `after` to continue.' })
  lastSequence!: number;

  @Field(() => Boolean, { description: 'Whether the end of the audit log was reached.' })
  complete!: boolean;
}

@InputType({ description: 'A checkpoint as returned by auditCheckpoint.' })
export class AuditCheckpointInput {
  @Field(() => Int, { description: 'Sequence of the last event at that time.' })
  sequence!: number;

  @Field(() => String, { description: 'Its hash, 64 hexadecimal digits.' })
  hash!: string;

  @Field(() => DateTime, { description: 'When that event happened.' })
  at!: string;

  @Field(() => String, { description: 'Its signature, 86 characters of base64url.' })
  signature!: string;
}

@Scoped()
@ObjectType({ description: 'The result of verifying the audit log of an account.' })
export class AuditVerification {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => Boolean, { description: 'Whether every verified event is unchanged and in its original position.' })
  intact!: boolean;

  @Field(() => Int, { description: 'The number of intact events, at most 20,000 per request.' })
  checked!: number;

  @Field(() => Int, { description: 'Sequence of the last intact event; send it as `after` to continue.' })
  lastSequence!: number;

  @Field(() => Boolean, { description: 'Whether the end of the audit log was reached.' })
  complete!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'EDITED, MISSING, OUT_OF_ORDER, REWRITTEN, TRUNCATED or IMAGE_MISSING; null when intact.',
  })
  fault!: string | null;

  @Field(() => Int, { nullable: true, description: 'Sequence of the first affected event.' })
  faultSequence!: number | null;

  @Field(() => String, { nullable: true, description: 'Human-readable description of the problem.' })
  message!: string | null;
}

@Scoped()
@ObjectType({ description: 'What `eraseHistory` erased.' })
export class HistoryErasure {
  @Field(() => ID, { description: 'The account of the row.' })
  accountId!: string;

  @Field(() => String, { description: 'Type of the row, for example `Agent`.' })
  resourceType!: string;

  @Field(() => ID, { description: 'Id of the row.' })
  resourceId!: string;

  @Field(() => Int, { description: 'The number of events erased; 0 if there was nothing left to erase.' })
  erasedEvents!: number;
}
