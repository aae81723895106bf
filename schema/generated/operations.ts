import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A time as ISO 8601 text with a time zone, for example `2026-11-23T17:48:33.120Z`; answers are in UTC with milliseconds. */
  DateTime: { input: string; output: string; }
  /** Any JSON value. Numbers are kept exactly or refused: send longer ones as text. */
  JSON: { input: unknown; output: unknown; }
  /** A JSON object. Numbers are kept exactly or refused: send longer ones as text. */
  JSONObject: { input: Record<string, unknown>; output: Record<string, unknown>; }
  /** A row as another subgraph knows it: an object with `__typename` and `id`. */
  _Any: { input: unknown; output: unknown; }
};

/** What is done to a key. */
export type AccessAction =
  /** It expires at once: it was not used. */
  | 'END'
  /** Its previous rights are restored: a plan is undone. */
  | 'GIVE_BACK'
  /** Its rights are reduced to what it was used for. */
  | 'NARROW';

/** Which rows to return; all conditions must hold. */
export type AccessDecisionFilter = {
  /** Condition on `day`. */
  day?: InputMaybe<TimeFilter>;
  /** Condition on `keyId`. */
  keyId?: InputMaybe<IdFilter>;
  /** Condition on `missing`. */
  missing?: InputMaybe<PresenceFilter>;
  /** Condition on `operation`. */
  operation?: InputMaybe<StringFilter>;
  /** Condition on `shadowMissing`. */
  shadowMissing?: InputMaybe<PresenceFilter>;
  /** Condition on `shadowRole`. */
  shadowRole?: InputMaybe<StringFilter>;
};

/** Which rows to return; all conditions must hold. */
export type AccountAccessFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Condition on `keyId`. */
  keyId?: InputMaybe<IdFilter>;
  /** Condition on `keyName`. */
  keyName?: InputMaybe<StringFilter>;
  /** Condition on `operationName`. */
  operationName?: InputMaybe<StringFilter>;
  /** Condition on `reason`. */
  reason?: InputMaybe<StringFilter>;
  /** Condition on `requestId`. */
  requestId?: InputMaybe<StringFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type AccountAccessOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: AccountAccessOrderField;
};

/** Fields that rows of type AccountAccess can be ordered by. */
export type AccountAccessOrderField =
  | 'createdAt';

/** Which rows to return; all conditions must hold. */
export type AccountFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `name`. */
  name?: InputMaybe<StringFilter>;
  /** Condition on `slug`. */
  slug?: InputMaybe<StringFilter>;
  /** Condition on `status`. */
  status?: InputMaybe<AccountStatusFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type AccountOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: AccountOrderField;
};

/** Fields that rows of type Account can be ordered by. */
export type AccountOrderField =
  | 'createdAt'
  | 'name'
  | 'slug'
  | 'updatedAt';

/** The keys of an account are accepted while it is ACTIVE. All of them are refused while it is SUSPENDED (until it is reactivated) or CLOSED (until an operator restores it). */
export type AccountStatus =
  | 'ACTIVE'
  | 'CLOSED'
  | 'SUSPENDED';

/** Comparisons of AccountStatus. */
export type AccountStatusFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<AccountStatus>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<AccountStatus>>;
};

/** What a field does to the rows of an account. */
export type Action =
  /** Manages keys and the account itself. */
  | 'ADMIN'
  /** Reads rows. */
  | 'READ'
  /** Starts or finishes runs. */
  | 'RUN'
  /** Creates, changes or deletes rows. */
  | 'WRITE';

/** Which rows to return; all conditions must hold. */
export type AgentFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `framework`. */
  framework?: InputMaybe<FrameworkFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `name`. */
  name?: InputMaybe<StringFilter>;
  /** Condition on `type`. */
  type?: InputMaybe<AgentTypeFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** The language model an agent uses. */
export type AgentModelInput = {
  /** 1 to 255 characters. */
  name: Scalars['String']['input'];
  /** 1 to 64 characters, for example `openai`. */
  provider: Scalars['String']['input'];
};

/** Order of a list; rows with equal values are ordered by id. */
export type AgentOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: AgentOrderField;
};

/** Fields that rows of type Agent can be ordered by. */
export type AgentOrderField =
  | 'createdAt'
  | 'name'
  | 'updatedAt';

/** CONFIG is run by the platform from its configuration, A2A is called over the agent-to-agent protocol, LANGFLOW is a flow. */
export type AgentType =
  | 'A2A'
  | 'CONFIG'
  | 'LANGFLOW';

/** Comparisons of AgentType. */
export type AgentTypeFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<AgentType>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<AgentType>>;
};

/** Which rows to return; all conditions must hold. */
export type ApiKeyFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `createdBy`. */
  createdBy?: InputMaybe<IdFilter>;
  /** Condition on `customRoleId`. */
  customRoleId?: InputMaybe<IdFilter>;
  /** Condition on `expiresAt`. */
  expiresAt?: InputMaybe<TimeFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Condition on `kind`. */
  kind?: InputMaybe<ApiKeyKindFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `name`. */
  name?: InputMaybe<StringFilter>;
  /** Condition on `serviceAccountId`. */
  serviceAccountId?: InputMaybe<IdFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** PRIMARY never expires and is created with its account; every other key is EXPIRING. */
export type ApiKeyKind =
  | 'EXPIRING'
  | 'PRIMARY';

/** Comparisons of ApiKeyKind. */
export type ApiKeyKindFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<ApiKeyKind>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<ApiKeyKind>>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type ApiKeyOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: ApiKeyOrderField;
};

/** Fields that rows of type ApiKey can be ordered by. */
export type ApiKeyOrderField =
  | 'createdAt'
  | 'name'
  | 'updatedAt';

/** Only an ACTIVE key is accepted. */
export type ApiKeyStatus =
  | 'ACTIVE'
  | 'EXPIRED'
  | 'REVOKED';

/** What happened to a row. DELETE is a soft delete, RESTORE undoes it, PURGE removes the row permanently, ERASE removes the data of the row from its earlier events. */
export type AuditAction =
  | 'CREATE'
  | 'DELETE'
  | 'ERASE'
  | 'PURGE'
  | 'RESTORE'
  | 'UPDATE';

/** Comparisons of AuditAction. */
export type AuditActionFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<AuditAction>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<AuditAction>>;
};

/** Who changed a row: a key of the account, a master key, a database user who bypassed the gateway, or the gateway by itself. */
export type AuditActorKind =
  | 'ACCOUNT'
  | 'DATABASE'
  | 'GATEWAY'
  | 'MASTER';

/** Comparisons of AuditActorKind. */
export type AuditActorKindFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<AuditActorKind>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<AuditActorKind>>;
};

/** A checkpoint as returned by auditCheckpoint. */
export type AuditCheckpointInput = {
  /** When that event happened. */
  at: Scalars['DateTime']['input'];
  /** Its hash, 64 hexadecimal digits. */
  hash: Scalars['String']['input'];
  /** Sequence of the last event at that time. */
  sequence: Scalars['Int']['input'];
  /** Its signature, 86 characters of base64url. */
  signature: Scalars['String']['input'];
};

/** Which rows to return; all conditions must hold. */
export type AuditDenialFilter = {
  /** Condition on `code`. */
  code?: InputMaybe<StringFilter>;
  /** Condition on `field`. */
  field?: InputMaybe<StringFilter>;
  /** Condition on `keyId`. */
  keyId?: InputMaybe<IdFilter>;
  /** Condition on `minute`. */
  minute?: InputMaybe<TimeFilter>;
};

/** Which rows to return; all conditions must hold. */
export type AuditEventFilter = {
  /** Condition on `action`. */
  action?: InputMaybe<AuditActionFilter>;
  /** Condition on `actorId`. */
  actorId?: InputMaybe<StringFilter>;
  /** Condition on `actorKind`. */
  actorKind?: InputMaybe<AuditActorKindFilter>;
  /** Condition on `actorName`. */
  actorName?: InputMaybe<StringFilter>;
  /** Condition on `at`. */
  at?: InputMaybe<TimeFilter>;
  /** Condition on `operationName`. */
  operationName?: InputMaybe<StringFilter>;
  /** Condition on `requestId`. */
  requestId?: InputMaybe<StringFilter>;
  /** Condition on `resourceId`. */
  resourceId?: InputMaybe<StringFilter>;
  /** Condition on `resourceType`. */
  resourceType?: InputMaybe<StringFilter>;
};

/** Comparison of a Boolean. */
export type BooleanFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<Scalars['Boolean']['input']>;
};

/** ACCOUNT keys see and manage one account; MASTER keys work across all accounts, and their use is audited. */
export type CallerKind =
  | 'ACCOUNT'
  | 'MASTER';

/** A new account. */
export type CreateAccountInput = {
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Display name, 1 to 255 characters. */
  name: Scalars['String']['input'];
  /** Unique on the platform and fixed: 1 to 63 lower-case letters, digits and inner hyphens. */
  slug: Scalars['String']['input'];
};

/** A new agent. */
export type CreateAgentInput = {
  /** `url` (http or https, without user and password, at most 2,048 characters) is required for A2A agents; at most 16 KB and 8 levels. */
  a2aProfile?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 64 KB and 16 levels. */
  config?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Required for CONFIG agents. */
  framework?: InputMaybe<Framework>;
  /** At most 100,000 characters. */
  instruction?: InputMaybe<Scalars['String']['input']>;
  /** Ids of MCP servers of the same account, at most 100; they replace the current ones. */
  mcpServerIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Required for CONFIG agents. */
  model?: InputMaybe<AgentModelInput>;
  /** Unique among the agents of the account that are not deleted; 1 to 255 characters. */
  name: Scalars['String']['input'];
  /** Ids of agents of the same account, at most 100; they replace the current ones. Sub-agents must not form a cycle. */
  subAgentIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** By tool name; at most 64 KB and 16 levels. */
  toolConfigs?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Ids of tools of the same account, at most 100; they replace the current ones. */
  toolIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** How the agent is run; default: CONFIG. */
  type?: InputMaybe<AgentType>;
  /** At most 64 characters. */
  versionLabel?: InputMaybe<Scalars['String']['input']>;
};

/** A new key, which expires: after 90 days unless the input says otherwise. */
export type CreateApiKeyInput = {
  /** With `role: CUSTOM`, and only then: id of a role of the account. */
  customRoleId?: InputMaybe<Scalars['ID']['input']>;
  /** When it expires, within the next 365 days. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Days until it expires, 1 to 365. */
  expiresInDays?: InputMaybe<Scalars['Int']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** What the key is for, 1 to 255 characters. */
  name: Scalars['String']['input'];
  /** Only from these networks, at most 50, in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`. */
  networks?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Refuse the key before this time. */
  notBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only rows of these teams, by `metadata.owner.team`, at most 50, with their schedules and runs. The key then reaches nothing that is about the whole account: keys, audit log, promotion. */
  ownerTeams?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Cost units per minute that the key and the keys delegated from it may use together, at least 1. */
  ratePerMinute?: InputMaybe<Scalars['Int']['input']>;
  /** Only these resource types, at most 31, for example `["agents", "tools"]`; default: all that the role allows. */
  resourceTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** What the key may do: at most what the key of this request may do. */
  role: Role;
  /** Only these agents, tools and MCP servers, at most 200, with their schedules and runs; with `ownerTeams`, rows must match both. */
  rowIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** The service account that holds the key; not for `delegateApiKey`. Rotation does not change it. */
  serviceAccountId?: InputMaybe<Scalars['ID']['input']>;
};

/** A new role. */
export type CreateCustomRoleInput = {
  /** What the role is for, at most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the roles of the account that are not deleted; 1 to 255 characters, and not the name of a built-in role. */
  name: Scalars['String']['input'];
  /** What its keys may do, for example `["agents:read", "runs:run"]`, 1 to 124 of them: at most what the key of this request may. For an ADMINISTRATOR, `viewer { permissions }` lists all that exist. */
  permissions: Array<Scalars['String']['input']>;
};

/** A new master key, which expires: after 90 days unless the input says otherwise. */
export type CreateMasterKeyInput = {
  /** When it expires, within the next 365 days. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Days until it expires, 1 to 365. */
  expiresInDays?: InputMaybe<Scalars['Int']['input']>;
  /** Who uses the key, or what it is for, 1 to 255 characters. */
  name: Scalars['String']['input'];
};

/** A new MCP server. */
export type CreateMcpServerInput = {
  /** Default: NO_AUTH. */
  authentication?: InputMaybe<McpAuthenticationInput>;
  /** `url` (http or https, without user and password, at most 2,048 characters) and further settings, for example `headers`; at most 64 KB and 16 levels. Secrets are refused here: they belong in `authentication`. */
  config: Scalars['JSONObject']['input'];
  /** At most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the MCP servers of the account that are not deleted; 1 to 255 characters. */
  name: Scalars['String']['input'];
  /** Transport protocol; default: HTTP. */
  transport?: InputMaybe<McpTransport>;
};

/** A new schedule. */
export type CreateScheduleInput = {
  /** An agent of the same account. */
  agentId: Scalars['ID']['input'];
  /** Minutes for which missed firings are caught up, at most 10,080 (7 days); default: 0, none. */
  catchUpMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** Cron expression of 5 fields, for example `0 9 * * 1-5`; at most 255 characters. */
  cron: Scalars['String']['input'];
  /** What happens to a firing that its dispatcher does not acknowledge; default: AT_LEAST_ONCE. */
  delivery?: InputMaybe<ScheduleDelivery>;
  /** Whether the schedule is active; default: true. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** At most 64 KB and 16 levels. */
  input?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** IANA time zone, for example `Europe/Berlin`; default: UTC. At most 255 characters. */
  timezone?: InputMaybe<Scalars['String']['input']>;
};

/** A new service account. */
export type CreateServiceAccountInput = {
  /** What it is for, at most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** At most 16 KB and 8 levels; `owner` names who is responsible for it. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the service accounts of the account that are not deleted; 1 to 255 characters. */
  name: Scalars['String']['input'];
};

/** A new tool. */
export type CreateToolInput = {
  /** At most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** The framework the tool is written for. */
  framework?: InputMaybe<Framework>;
  /** JSON Schema, at most 64 KB and 32 levels. */
  inputSchema?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the tools of the account that are not deleted; 1 to 255 characters. */
  name: Scalars['String']['input'];
  /** A URL or a package name, at most 2,048 characters. */
  source?: InputMaybe<Scalars['String']['input']>;
  /** At most 50 tags of at most 64 characters. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Where the tool comes from; default: CUSTOM. */
  type?: InputMaybe<ToolType>;
  /** At most 64 characters. */
  versionLabel?: InputMaybe<Scalars['String']['input']>;
};

/** A new webhook. */
export type CreateWebhookInput = {
  /** Actions that are sent; default: all. */
  actions?: InputMaybe<Array<AuditAction>>;
  /** What it is for, at most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Whether events are sent; default: true. A webhook that is enabled again continues where it stopped. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the webhooks of the account that are not deleted; 1 to 255 characters. */
  name: Scalars['String']['input'];
  /** Types of the rows whose events are sent, for example `["Agent", "Tool"]`, at most 32; default: all. */
  resourceTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Your own secret; default: the gateway generates one. In an update it replaces the old one at once; with `rotateWebhookSecret`, both are valid for some time. */
  signing?: InputMaybe<WebhookSigningInput>;
  /** An absolute URL without user, password and fragment, at most 2,048 characters: https, and a public address. Addresses in the setting WEBHOOK_ALLOWED_NETWORKS of the gateway may be private and use http. */
  url: Scalars['String']['input'];
};

/** Which rows to return; all conditions must hold. */
export type CustomRoleFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `name`. */
  name?: InputMaybe<StringFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type CustomRoleOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: CustomRoleOrderField;
};

/** Fields that rows of type CustomRole can be ordered by. */
export type CustomRoleOrderField =
  | 'createdAt'
  | 'name'
  | 'updatedAt';

/** Which rows a list returns: those that are not deleted, deleted ones, or both. */
export type Deleted =
  | 'EXCLUDE'
  | 'INCLUDE'
  | 'ONLY';

/** The direction of an order. */
export type Direction =
  | 'ASC'
  | 'DESC';

/** An operation to decide about; it is not run. */
export type DocumentInput = {
  /** The GraphQL document, as it would be sent, at most 32,768 bytes. */
  document: Scalars['String']['input'];
  /** The name of the operation in the document; may be omitted if there is only 1. */
  operationName?: InputMaybe<Scalars['String']['input']>;
};

/** The framework that runs an agent or a tool. */
export type Framework =
  | 'GOOGLE_ADK'
  | 'LANGCHAIN'
  | 'LANGFLOW'
  | 'LANGGRAPH';

/** Comparisons of Framework. */
export type FrameworkFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<Framework>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<Framework>>;
};

/** Comparisons of ids. */
export type IdFilter = {
  /** Exactly this id. */
  equals?: InputMaybe<Scalars['ID']['input']>;
  /** One of these ids, at most 100. */
  in?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** What an import does to a row. RESTORE is what an undo does to a row that the import deleted. */
export type ImportAction =
  | 'CREATE'
  | 'DELETE'
  | 'RESTORE'
  | 'UNCHANGED'
  | 'UPDATE';

/** Comparison of a list of strings. */
export type IncludesFilter = {
  /** The list contains this text. */
  includes?: InputMaybe<Scalars['String']['input']>;
};

/** What a key did: read rows, ran agents, changed rows, or managed keys. */
export type KeyAction =
  | 'ADMIN'
  | 'READ'
  | 'RUN'
  | 'WRITE';

/** Which rows to return; all conditions must hold. */
export type MasterAccessFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Condition on `keyId`. */
  keyId?: InputMaybe<IdFilter>;
  /** Condition on `keyName`. */
  keyName?: InputMaybe<StringFilter>;
  /** Condition on `operationName`. */
  operationName?: InputMaybe<StringFilter>;
  /** Condition on `reason`. */
  reason?: InputMaybe<StringFilter>;
  /** Condition on `requestId`. */
  requestId?: InputMaybe<StringFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type MasterAccessOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: MasterAccessOrderField;
};

/** Fields that rows of type MasterAccess can be ordered by. */
export type MasterAccessOrderField =
  | 'createdAt';

/** Which rows to return; all conditions must hold. */
export type MasterKeyFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `expiresAt`. */
  expiresAt?: InputMaybe<TimeFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Condition on `name`. */
  name?: InputMaybe<StringFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type MasterKeyOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: MasterKeyOrderField;
};

/** Fields that rows of type MasterKey can be ordered by. */
export type MasterKeyOrderField =
  | 'createdAt'
  | 'name'
  | 'updatedAt';

/** How agents authenticate. It is replaced as a whole; secrets are stored encrypted and never shown. */
export type McpAuthenticationInput = {
  /** For API_KEY: 1 to 8,192 characters. */
  apiKey?: InputMaybe<Scalars['String']['input']>;
  /** For CUSTOM_HEADER with one header, in place of `headers`: its name, at most 255 characters. */
  headerName?: InputMaybe<Scalars['String']['input']>;
  /** For CUSTOM_HEADER with one header, in place of `headers`: its value, 1 to 8,192 characters. */
  headerValue?: InputMaybe<Scalars['String']['input']>;
  /** For CUSTOM_HEADER: 1 to 16 headers of different names. */
  headers?: InputMaybe<Array<McpHeaderInput>>;
  /** For BEARER_TOKEN: 1 to 8,192 characters. */
  token?: InputMaybe<Scalars['String']['input']>;
  /** Determines which of the other fields are required. */
  type: McpAuthenticationType;
};

/** BEARER_TOKEN is sent as `Authorization: Bearer`, API_KEY as `X-API-Key`, CUSTOM_HEADER as the headers of these names. */
export type McpAuthenticationType =
  | 'API_KEY'
  | 'BEARER_TOKEN'
  | 'CUSTOM_HEADER'
  | 'NO_AUTH';

/** A header that carries a secret. */
export type McpHeaderInput = {
  /** The name of an HTTP header, at most 255 characters. */
  name: Scalars['String']['input'];
  /** Its whole value, 1 to 8,192 characters; stored encrypted and never shown. */
  value: Scalars['String']['input'];
};

/** Which rows to return; all conditions must hold. */
export type McpServerFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `name`. */
  name?: InputMaybe<StringFilter>;
  /** Condition on `transport`. */
  transport?: InputMaybe<McpTransportFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type McpServerOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: McpServerOrderField;
};

/** Fields that rows of type McpServer can be ordered by. */
export type McpServerOrderField =
  | 'createdAt'
  | 'name'
  | 'updatedAt';

/** Transport protocol of an MCP server: HTTP is streamable HTTP, SSE is the older transport with server-sent events. */
export type McpTransport =
  | 'HTTP'
  | 'SSE';

/** Comparisons of McpTransport. */
export type McpTransportFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<McpTransport>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<McpTransport>>;
};

/** Comparison of one value in `metadata`. */
export type MetadataFilter = {
  /** The value it must have; an object or a list must be contained in the stored value. */
  equals: Scalars['JSON']['input'];
  /** Path to the value, for example `["owner", "team"]`; 1 to 8 steps. */
  path: Array<Scalars['String']['input']>;
};

/** Whether there is a value. */
export type PresenceFilter = {
  /** true: there is one; false: it is null. */
  isSet?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Types whose rows can be purged. */
export type PurgeType =
  | 'Agent'
  | 'CustomRole'
  | 'McpServer'
  | 'Run'
  | 'Schedule'
  | 'ServiceAccount'
  | 'Tool'
  | 'Webhook';

/** What expires. */
export type RetentionKind =
  /** Audit events, counted from the event. They are moved to a file in AUDIT_ARCHIVE_DIR, and a signed checkpoint takes their place; without that setting they are kept. */
  | 'AUDIT'
  /** The decision log, counted from the day of the entry. */
  | 'DECISIONS'
  /** Deleted agents, tools and other configuration, counted from their deletion. A row to which others still refer (the agent of a run) is kept until these are removed. */
  | 'DELETED_ROWS'
  /** Counts of denials, counted from their minute. */
  | 'DENIALS'
  /** Answers stored for an Idempotency-Key, counted from the request: always a day. */
  | 'IDEMPOTENCY'
  /** Runs, from their start. */
  | 'RUNS'
  /** Webhook delivery attempts, counted from the attempt: WEBHOOK_LOG_DAYS. */
  | 'WEBHOOK_DELIVERIES';

/** How long to keep one kind of data. */
export type RetentionRuleInput = {
  /** Number of days, from the `minDays` of the kind to 3650; 0: forever; null: the default of the gateway. */
  days?: InputMaybe<Scalars['Int']['input']>;
  /** What is kept. */
  kind: RetentionKind;
};

/** What a key may do. Each built-in role, from VIEWER to ADMINISTRATOR, includes the one before it. */
export type Role =
  /** Also manages keys, reads the audit log and applies imports. */
  | 'ADMINISTRATOR'
  /** Also creates, changes, deletes and restores rows. */
  | 'CREATOR'
  /** What the key’s `customRole` allows. */
  | 'CUSTOM'
  /** Also starts, finishes and cancels runs. */
  | 'RUNNER'
  /** Reads agents, tools, MCP servers, schedules and runs, and exports the configuration. */
  | 'VIEWER';

/** Which rows to return; all conditions must hold. */
export type RunFilter = {
  /** Condition on `agentId`. */
  agentId?: InputMaybe<IdFilter>;
  /** Condition on `apiKeyId`. */
  apiKeyId?: InputMaybe<IdFilter>;
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `finishedAt`. */
  finishedAt?: InputMaybe<TimeFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `scheduleId`. */
  scheduleId?: InputMaybe<IdFilter>;
  /** Condition on `startedAt`. */
  startedAt?: InputMaybe<TimeFilter>;
  /** Condition on `status`. */
  status?: InputMaybe<RunStatusFilter>;
  /** Condition on `trigger`. */
  trigger?: InputMaybe<RunTriggerFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type RunOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: RunOrderField;
};

/** Fields that rows of type Run can be ordered by. */
export type RunOrderField =
  | 'startedAt';

/** How a run that was not cancelled ended. */
export type RunOutcome =
  | 'FAILED'
  | 'SUCCESS';

/** A run is STARTED, and ends once: in SUCCESS, FAILED or CANCELLED. */
export type RunStatus =
  | 'CANCELLED'
  | 'FAILED'
  | 'STARTED'
  | 'SUCCESS';

/** Comparisons of RunStatus. */
export type RunStatusFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<RunStatus>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<RunStatus>>;
};

/** Which rows to return; all conditions must hold. */
export type RunTransitionFilter = {
  /** Condition on `agentId`. */
  agentId?: InputMaybe<IdFilter>;
  /** Condition on `at`. */
  at?: InputMaybe<TimeFilter>;
  /** Condition on `runId`. */
  runId?: InputMaybe<IdFilter>;
  /** Condition on `scheduleId`. */
  scheduleId?: InputMaybe<IdFilter>;
  /** Condition on `status`. */
  status?: InputMaybe<RunStatusFilter>;
};

/** Whether a schedule started the run. */
export type RunTrigger =
  | 'MANUAL'
  | 'SCHEDULE';

/** Comparisons of RunTrigger. */
export type RunTriggerFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<RunTrigger>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<RunTrigger>>;
};

/** What happens to a firing that its dispatcher does not acknowledge in time. */
export type ScheduleDelivery =
  /** The firing is handed out again: the agent may be started twice. */
  | 'AT_LEAST_ONCE'
  /** The firing is skipped: the agent may not be started at all. */
  | 'AT_MOST_ONCE';

/** Which rows to return; all conditions must hold. */
export type ScheduleFilter = {
  /** Condition on `agentId`. */
  agentId?: InputMaybe<IdFilter>;
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `enabled`. */
  enabled?: InputMaybe<BooleanFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Condition on `lastRunAt`. */
  lastRunAt?: InputMaybe<TimeFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `nextRunAt`. */
  nextRunAt?: InputMaybe<TimeFilter>;
  /** Condition on `timezone`. */
  timezone?: InputMaybe<StringFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type ScheduleOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: ScheduleOrderField;
};

/** Fields that rows of type Schedule can be ordered by. */
export type ScheduleOrderField =
  | 'createdAt'
  | 'updatedAt';

/** The value of a secret for a placeholder in a bundle. */
export type SecretInput = {
  /** The NAME of `${secret:NAME}`: 1 to 128 letters, digits and underscores. */
  name: Scalars['String']['input'];
  /** Its value, 1 to 8,192 characters; stored encrypted and never shown. */
  value: Scalars['String']['input'];
};

/** Which rows to return; all conditions must hold. */
export type ServiceAccountFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `name`. */
  name?: InputMaybe<StringFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type ServiceAccountOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: ServiceAccountOrderField;
};

/** Fields that rows of type ServiceAccount can be ordered by. */
export type ServiceAccountOrderField =
  | 'createdAt'
  | 'name'
  | 'updatedAt';

/** Rights to simulate. With `keyId`, absent fields are those of the key, and null removes a restriction. */
export type SimulatedRightsInput = {
  /** With `role: CUSTOM`, and only then: id of a role of the account. */
  customRoleId?: InputMaybe<Scalars['ID']['input']>;
  /** Only from these networks (CIDR), at most 50; checked when an `address` is given. */
  networks?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The key is refused before this time. */
  notBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only rows of these teams, at most 50. The simulation decides only whether an operation may run, not which rows it would find. */
  ownerTeams?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Maximum cost of requests per minute; `ratePerMinute` of the answer is the limit that applies. */
  ratePerMinute?: InputMaybe<Scalars['Int']['input']>;
  /** Only these resource types, at most 31. */
  resourceTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The role. */
  role?: InputMaybe<Role>;
  /** Only these rows, at most 200; not simulated for single rows, as with `ownerTeams`. */
  rowIds?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** Comparisons of text; all that are given must hold. `equals` and `in` are case-sensitive, the others ignore case: for all letters in a database with a UTF-8 locale, for A to Z in one with the locale C. */
export type StringFilter = {
  /** Contains this text, at most 1,000 characters; `%` and `_` have no special meaning. */
  contains?: InputMaybe<Scalars['String']['input']>;
  /** Exactly this text, at most 1,000 characters. */
  equals?: InputMaybe<Scalars['String']['input']>;
  /** One of these texts, at most 100. */
  in?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Starts with this text, at most 1,000 characters; `%` and `_` have no special meaning. */
  startsWith?: InputMaybe<Scalars['String']['input']>;
};

/** Comparisons of times; both bounds are exclusive. */
export type TimeFilter = {
  /** Later than this. */
  after?: InputMaybe<Scalars['DateTime']['input']>;
  /** Earlier than this. */
  before?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Which rows to return; all conditions must hold. */
export type ToolFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `framework`. */
  framework?: InputMaybe<FrameworkFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `name`. */
  name?: InputMaybe<StringFilter>;
  /** Condition on `tags`. */
  tags?: InputMaybe<IncludesFilter>;
  /** Condition on `type`. */
  type?: InputMaybe<ToolTypeFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type ToolOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: ToolOrderField;
};

/** Fields that rows of type Tool can be ordered by. */
export type ToolOrderField =
  | 'createdAt'
  | 'name'
  | 'updatedAt';

/** NATIVE tools are part of the platform, CUSTOM tools were written for the account. */
export type ToolType =
  | 'CUSTOM'
  | 'NATIVE';

/** Comparisons of ToolType. */
export type ToolTypeFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<ToolType>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<ToolType>>;
};

/** Changes of an account; absent fields stay as they are. */
export type UpdateAccountInput = {
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Display name, 1 to 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** Changes of an agent; absent fields stay as they are. */
export type UpdateAgentInput = {
  /** `url` (http or https, without user and password, at most 2,048 characters) is required for A2A agents; at most 16 KB and 8 levels. */
  a2aProfile?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 64 KB and 16 levels. */
  config?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Required for CONFIG agents. */
  framework?: InputMaybe<Framework>;
  /** At most 100,000 characters. */
  instruction?: InputMaybe<Scalars['String']['input']>;
  /** Ids of MCP servers of the same account, at most 100; they replace the current ones. */
  mcpServerIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Required for CONFIG agents. */
  model?: InputMaybe<AgentModelInput>;
  /** Unique among the agents of the account that are not deleted; 1 to 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Ids of agents of the same account, at most 100; they replace the current ones. Sub-agents must not form a cycle. */
  subAgentIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** By tool name; at most 64 KB and 16 levels. */
  toolConfigs?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Ids of tools of the same account, at most 100; they replace the current ones. */
  toolIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** How the agent is run; default: CONFIG. */
  type?: InputMaybe<AgentType>;
  /** At most 64 characters. */
  versionLabel?: InputMaybe<Scalars['String']['input']>;
};

/** Changes of a key; absent fields stay as they are, null removes a restriction. Kind and expiry are fixed. The key can be given at most the rights of the key of this request; a PRIMARY key stays an unrestricted ADMINISTRATOR. */
export type UpdateApiKeyInput = {
  /** With `role: CUSTOM`, and only then: id of a role of the account. */
  customRoleId?: InputMaybe<Scalars['ID']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** What the key is for, 1 to 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Only from these networks, at most 50; null for any. */
  networks?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Refuse the key before this time; null removes the limit. */
  notBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only rows of these teams, at most 50; null for any. */
  ownerTeams?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Cost units per minute that the key and the keys delegated from it may use together, at least 1; null for the limit of the gateway. */
  ratePerMinute?: InputMaybe<Scalars['Int']['input']>;
  /** Only these resource types, at most 31; null for all that the role allows. */
  resourceTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** What it may do. */
  role?: InputMaybe<Role>;
  /** Only these agents, tools and MCP servers, at most 200; null for all. */
  rowIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** With `shadowRole: CUSTOM`, and only then: id of a role of the account. */
  shadowCustomRoleId?: InputMaybe<Scalars['ID']['input']>;
  /** A shadow role for evaluation: it decides nothing, and `accessDecisions` shows what it would have refused. Null for none. */
  shadowRole?: InputMaybe<Role>;
};

/** Changes of a role, which take effect for all of its keys within a second; absent fields stay as they are. */
export type UpdateCustomRoleInput = {
  /** What the role is for, at most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the roles of the account that are not deleted; 1 to 255 characters, and not the name of a built-in role. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** What its keys may do, for example `["agents:read", "runs:run"]`, 1 to 124 of them: at most what the key of this request may. For an ADMINISTRATOR, `viewer { permissions }` lists all that exist. */
  permissions?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Changes of an MCP server; absent fields stay as they are. */
export type UpdateMcpServerInput = {
  /** Default: NO_AUTH. */
  authentication?: InputMaybe<McpAuthenticationInput>;
  /** `url` (http or https, without user and password, at most 2,048 characters) and further settings, for example `headers`; at most 64 KB and 16 levels. Secrets are refused here: they belong in `authentication`. */
  config?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the MCP servers of the account that are not deleted; 1 to 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Transport protocol; default: HTTP. */
  transport?: InputMaybe<McpTransport>;
};

/** Changes of a schedule; absent fields stay as they are. */
export type UpdateScheduleInput = {
  /** An agent of the same account. */
  agentId?: InputMaybe<Scalars['ID']['input']>;
  /** Minutes for which missed firings are caught up, at most 10,080 (7 days); default: 0, none. */
  catchUpMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** Cron expression of 5 fields, for example `0 9 * * 1-5`; at most 255 characters. */
  cron?: InputMaybe<Scalars['String']['input']>;
  /** What happens to a firing that its dispatcher does not acknowledge; default: AT_LEAST_ONCE. */
  delivery?: InputMaybe<ScheduleDelivery>;
  /** Whether the schedule is active; default: true. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** At most 64 KB and 16 levels. */
  input?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** IANA time zone, for example `Europe/Berlin`; default: UTC. At most 255 characters. */
  timezone?: InputMaybe<Scalars['String']['input']>;
};

/** Changes of a service account; absent fields stay as they are. */
export type UpdateServiceAccountInput = {
  /** What it is for, at most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** At most 16 KB and 8 levels; `owner` names who is responsible for it. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the service accounts of the account that are not deleted; 1 to 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** Changes of a tool; absent fields stay as they are. */
export type UpdateToolInput = {
  /** At most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** The framework the tool is written for. */
  framework?: InputMaybe<Framework>;
  /** JSON Schema, at most 64 KB and 32 levels. */
  inputSchema?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the tools of the account that are not deleted; 1 to 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** A URL or a package name, at most 2,048 characters. */
  source?: InputMaybe<Scalars['String']['input']>;
  /** At most 50 tags of at most 64 characters. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Where the tool comes from; default: CUSTOM. */
  type?: InputMaybe<ToolType>;
  /** At most 64 characters. */
  versionLabel?: InputMaybe<Scalars['String']['input']>;
};

/** Changes of a webhook; absent fields stay as they are. */
export type UpdateWebhookInput = {
  /** Actions that are sent; default: all. */
  actions?: InputMaybe<Array<AuditAction>>;
  /** What it is for, at most 10,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Whether events are sent; default: true. A webhook that is enabled again continues where it stopped. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** At most 16 KB and 8 levels. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Unique among the webhooks of the account that are not deleted; 1 to 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Types of the rows whose events are sent, for example `["Agent", "Tool"]`, at most 32; default: all. */
  resourceTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Your own secret; default: the gateway generates one. In an update it replaces the old one at once; with `rotateWebhookSecret`, both are valid for some time. */
  signing?: InputMaybe<WebhookSigningInput>;
  /** An absolute URL without user, password and fragment, at most 2,048 characters: https, and a public address. Addresses in the setting WEBHOOK_ALLOWED_NETWORKS of the gateway may be private and use http. */
  url?: InputMaybe<Scalars['String']['input']>;
};

/** Which rows to return; all conditions must hold. */
export type WebhookDeliveryFilter = {
  /** Condition on `at`. */
  at?: InputMaybe<TimeFilter>;
  /** Condition on `status`. */
  status?: InputMaybe<WebhookDeliveryStatusFilter>;
  /** Condition on `webhookId`. */
  webhookId?: InputMaybe<IdFilter>;
};

/** SUCCEEDED: answered with 2xx. REJECTED: answered with anything else. TIMED_OUT: not answered in time. UNREACHABLE: the name did not resolve, no connection could be made, or TLS is not valid. FORBIDDEN_TARGET: not sent, because the gateway does not deliver to this address. */
export type WebhookDeliveryStatus =
  | 'FORBIDDEN_TARGET'
  | 'REJECTED'
  | 'SUCCEEDED'
  | 'TIMED_OUT'
  | 'UNREACHABLE';

/** Comparisons of WebhookDeliveryStatus. */
export type WebhookDeliveryStatusFilter = {
  /** Exactly this value. */
  equals?: InputMaybe<WebhookDeliveryStatus>;
  /** One of these values, at most 100. */
  in?: InputMaybe<Array<WebhookDeliveryStatus>>;
};

/** Which rows to return; all conditions must hold. */
export type WebhookFilter = {
  /** Condition on `createdAt`. */
  createdAt?: InputMaybe<TimeFilter>;
  /** Condition on `enabled`. */
  enabled?: InputMaybe<BooleanFilter>;
  /** Condition on `id`. */
  id?: InputMaybe<IdFilter>;
  /** Conditions on `metadata`, at most 20. */
  metadata?: InputMaybe<Array<MetadataFilter>>;
  /** Condition on `name`. */
  name?: InputMaybe<StringFilter>;
  /** Condition on `updatedAt`. */
  updatedAt?: InputMaybe<TimeFilter>;
};

/** Order of a list; rows with equal values are ordered by id. */
export type WebhookOrder = {
  /** Direction; default: ascending. */
  direction?: Direction;
  /** The field to order by. */
  field: WebhookOrderField;
};

/** Fields that rows of type Webhook can be ordered by. */
export type WebhookOrderField =
  | 'createdAt'
  | 'name'
  | 'updatedAt';

/** A secret of your own. */
export type WebhookSigningInput = {
  /** `whsec_` followed by 24 to 64 bytes in base64; stored encrypted and never shown. */
  secret: Scalars['String']['input'];
};

export type SimulateDocumentsQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  keyId?: InputMaybe<Scalars['ID']['input']>;
  rights?: InputMaybe<SimulatedRightsInput>;
  documents?: InputMaybe<Array<DocumentInput> | DocumentInput>;
  address?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
}>;


export type SimulateDocumentsQuery = { simulateAccess: { role: string, refusedKeys: Array<{ keyId?: string | null, reason: string }>, operations: Array<{ operation: string, permissions: Array<string>, missing?: Array<string> | null }> } };

export type PlannedAccessFragment = { accountId: string, hash: string, changeId?: string | null, since: string, evidenceFrom?: string | null, unrecorded: number, changes: Array<{ action: AccessAction, keyId: string, name: string, role: Role, resourceTypes?: Array<string> | null, newRole: Role, newResourceTypes?: Array<string> | null, reason: string }> };

export type AccessPlanQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
}>;


export type AccessPlanQuery = { accessPlan: { accountId: string, hash: string, changeId?: string | null, since: string, evidenceFrom?: string | null, unrecorded: number, changes: Array<{ action: AccessAction, keyId: string, name: string, role: Role, resourceTypes?: Array<string> | null, newRole: Role, newResourceTypes?: Array<string> | null, reason: string }> } };

export type ApplyAccessPlanMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  planHash: Scalars['String']['input'];
  since: Scalars['DateTime']['input'];
}>;


export type ApplyAccessPlanMutation = { applyAccessPlan: { accountId: string, hash: string, changeId?: string | null, since: string, evidenceFrom?: string | null, unrecorded: number, changes: Array<{ action: AccessAction, keyId: string, name: string, role: Role, resourceTypes?: Array<string> | null, newRole: Role, newResourceTypes?: Array<string> | null, reason: string }> } };

export type UndoAccessPlanMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  changeId: Scalars['ID']['input'];
}>;


export type UndoAccessPlanMutation = { undoAccessPlan: { accountId: string, hash: string, changeId?: string | null, since: string, evidenceFrom?: string | null, unrecorded: number, changes: Array<{ action: AccessAction, keyId: string, name: string, role: Role, resourceTypes?: Array<string> | null, newRole: Role, newResourceTypes?: Array<string> | null, reason: string }> } };

export type AgentRowFragment = { id: string, accountId: string, name: string, description?: string | null, type: AgentType, framework?: Framework | null, metadata: Record<string, unknown>, createdAt: string, updatedAt: string, version: number, model?: { provider: string, name: string } | null };

export type AgentsPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AgentFilter>;
  orderBy?: InputMaybe<AgentOrder>;
}>;


export type AgentsPageQuery = { agents: { totalCount: number, nodes: Array<{ id: string, accountId: string, name: string, description?: string | null, type: AgentType, framework?: Framework | null, metadata: Record<string, unknown>, createdAt: string, updatedAt: string, version: number, model?: { provider: string, name: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type AgentByIdQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
}>;


export type AgentByIdQuery = { agent?: { instruction?: string | null, config?: Record<string, unknown> | null, toolConfigs?: Record<string, unknown> | null, id: string, accountId: string, name: string, description?: string | null, type: AgentType, framework?: Framework | null, metadata: Record<string, unknown>, createdAt: string, updatedAt: string, version: number, tools: Array<{ id: string, name: string }>, model?: { provider: string, name: string } | null } | null };

export type CreateAgentMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  input: CreateAgentInput;
}>;


export type CreateAgentMutation = { createAgent: { id: string, accountId: string, name: string, description?: string | null, type: AgentType, framework?: Framework | null, metadata: Record<string, unknown>, createdAt: string, updatedAt: string, version: number, model?: { provider: string, name: string } | null } };

export type UpdateAgentMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
  input: UpdateAgentInput;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
}>;


export type UpdateAgentMutation = { updateAgent: { id: string, accountId: string, name: string, description?: string | null, type: AgentType, framework?: Framework | null, metadata: Record<string, unknown>, createdAt: string, updatedAt: string, version: number, model?: { provider: string, name: string } | null } };

export type DeleteAgentMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
}>;


export type DeleteAgentMutation = { deleteAgent: { id: string } };

export type AuditEventsPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  direction?: Direction;
  filter?: InputMaybe<AuditEventFilter>;
}>;


export type AuditEventsPageQuery = { auditEvents: { nodes: Array<{ id: string, accountId: string, sequence: number, at: string, actorKind: AuditActorKind, actorName: string, action: AuditAction, resourceType: string, resourceId: string, operationName?: string | null, reason?: string | null, requestId?: string | null, erased: boolean, changes: Array<{ path: string, before?: unknown | null, after?: unknown | null }> }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type AuditExportPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  after: Scalars['Int']['input'];
  first: Scalars['Int']['input'];
}>;


export type AuditExportPageQuery = { auditExport: { lines: Array<string>, lastSequence: number, complete: boolean } };

export type FollowEventsSubscriptionVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  after?: InputMaybe<Scalars['Int']['input']>;
}>;


export type FollowEventsSubscription = { events: { sequence: number, accountId: string, at: string, actorKind: AuditActorKind, actorId?: string | null, actorName: string, action: AuditAction, resourceType: string, resourceId: string, requestId?: string | null, reason?: string | null, hash: string } };

export type AuditCheckpointQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
}>;


export type AuditCheckpointQuery = { auditCheckpoint: { accountId: string, sequence: number, hash: string, at: string, signature: string, publicKey: string } };

export type VerifyAuditQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  after: Scalars['Int']['input'];
  checkpoint?: InputMaybe<AuditCheckpointInput>;
}>;


export type VerifyAuditQuery = { verifyAudit: { intact: boolean, checked: number, lastSequence: number, complete: boolean, fault?: string | null, faultSequence?: number | null, message?: string | null } };

export type AccessReviewPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type AccessReviewPageQuery = { accessReview: { nodes: Array<{ accountId: string, leastRole?: Role | null, recommendation: string, apiKey: { id: string, name: string, preview: string, status: ApiKeyStatus, lastUsedAt?: string | null }, evidence: Array<{ action: KeyAction, resource: string, count: number, firstAt: string, lastAt: string }> }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type ApiKeyRowFragment = { id: string, accountId: string, name: string, preview: string, kind: ApiKeyKind, status: ApiKeyStatus, expiresAt?: string | null, revokedAt?: string | null, replacedBy?: string | null, lastUsedAt?: string | null };

export type ApiKeysPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ApiKeyFilter>;
}>;


export type ApiKeysPageQuery = { apiKeys: { nodes: Array<{ id: string, accountId: string, name: string, preview: string, kind: ApiKeyKind, status: ApiKeyStatus, expiresAt?: string | null, revokedAt?: string | null, replacedBy?: string | null, lastUsedAt?: string | null }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type CreateApiKeyMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { secret: string, apiKey: { id: string, accountId: string, name: string, preview: string, kind: ApiKeyKind, status: ApiKeyStatus, expiresAt?: string | null, revokedAt?: string | null, replacedBy?: string | null, lastUsedAt?: string | null } } };

export type RevokeApiKeyMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
}>;


export type RevokeApiKeyMutation = { revokeApiKey: { id: string, accountId: string, name: string, preview: string, kind: ApiKeyKind, status: ApiKeyStatus, expiresAt?: string | null, revokedAt?: string | null, replacedBy?: string | null, lastUsedAt?: string | null } };

export type RotateApiKeyMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
  graceSeconds: Scalars['Int']['input'];
}>;


export type RotateApiKeyMutation = { rotateApiKey: { secret: string, apiKey: { id: string, accountId: string, name: string, preview: string, kind: ApiKeyKind, status: ApiKeyStatus, expiresAt?: string | null, revokedAt?: string | null, replacedBy?: string | null, lastUsedAt?: string | null }, replaced: { id: string, accountId: string, name: string, preview: string, kind: ApiKeyKind, status: ApiKeyStatus, expiresAt?: string | null, revokedAt?: string | null, replacedBy?: string | null, lastUsedAt?: string | null } } };

export type StaleApiKeysQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  days: Scalars['Int']['input'];
  first: Scalars['Int']['input'];
}>;


export type StaleApiKeysQuery = { staleApiKeys: Array<{ id: string, accountId: string, name: string, preview: string, kind: ApiKeyKind, status: ApiKeyStatus, expiresAt?: string | null, revokedAt?: string | null, replacedBy?: string | null, lastUsedAt?: string | null }> };

export type ExpiringApiKeysQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  days: Scalars['Int']['input'];
  first: Scalars['Int']['input'];
}>;


export type ExpiringApiKeysQuery = { expiringApiKeys: Array<{ id: string, accountId: string, name: string, preview: string, kind: ApiKeyKind, status: ApiKeyStatus, expiresAt?: string | null, revokedAt?: string | null, replacedBy?: string | null, lastUsedAt?: string | null }> };

export type ApiKeyExpiryQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ApiKeyExpiryQuery = { apiKey?: { expiresAt?: string | null, revokedAt?: string | null } | null };

export type McpServersPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<McpServerFilter>;
  orderBy?: InputMaybe<McpServerOrder>;
}>;


export type McpServersPageQuery = { mcpServers: { totalCount: number, nodes: Array<{ id: string, accountId: string, name: string, description?: string | null, transport: McpTransport }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type SchedulesPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ScheduleFilter>;
  orderBy?: InputMaybe<ScheduleOrder>;
}>;


export type SchedulesPageQuery = { schedules: { totalCount: number, nodes: Array<{ id: string, accountId: string, cron: string, timezone: string, enabled: boolean, nextRunAt?: string | null, agent?: { id: string, name: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type RunsPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<RunFilter>;
  orderBy?: InputMaybe<RunOrder>;
}>;


export type RunsPageQuery = { runs: { totalCount: number, nodes: Array<{ id: string, accountId: string, status: RunStatus, trigger: RunTrigger, startedAt: string, finishedAt?: string | null, error?: string | null, agent?: { id: string, name: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type RowsNamedQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  name: Scalars['String']['input'];
}>;


export type RowsNamedQuery = { agents: { nodes: Array<{ id: string }> }, tools: { nodes: Array<{ id: string }> }, mcpServers: { nodes: Array<{ id: string }> }, apiKeys: { nodes: Array<{ id: string }> } };

export type AccountsPageQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AccountFilter>;
}>;


export type AccountsPageQuery = { accounts: { totalCount: number, nodes: Array<{ id: string, slug: string, name: string, status: AccountStatus, createdAt: string }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type AccountBySlugQueryVariables = Exact<{
  slug: Scalars['String']['input'];
}>;


export type AccountBySlugQuery = { account?: { id: string, slug: string, name: string, status: AccountStatus, metadata: Record<string, unknown>, version: number } | null };

export type AccountContentsQueryVariables = Exact<{
  slug: Scalars['String']['input'];
}>;


export type AccountContentsQuery = { account?: { id: string, slug: string, name: string, status: AccountStatus, counts: Array<{ resourceType: string, live: number }> } | null };

export type CreateAccountMutationVariables = Exact<{
  input: CreateAccountInput;
}>;


export type CreateAccountMutation = { createAccount: { secret: string, account: { id: string, slug: string } } };

export type AgentsOfAllAccountsQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AgentFilter>;
}>;


export type AgentsOfAllAccountsQuery = { agents: { totalCount: number, nodes: Array<{ id: string, accountId: string, name: string, type: AgentType, framework?: Framework | null }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type SuspendAccountMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type SuspendAccountMutation = { suspendAccount: { id: string, slug: string, status: AccountStatus } };

export type ReactivateAccountMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ReactivateAccountMutation = { reactivateAccount: { id: string, slug: string, status: AccountStatus } };

export type CloseAccountMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type CloseAccountMutation = { closeAccount: { id: string, slug: string, status: AccountStatus } };

export type RestoreAccountMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type RestoreAccountMutation = { restoreAccount: { id: string, slug: string, status: AccountStatus } };

export type MasterKeyExpiryQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type MasterKeyExpiryQuery = { masterKeys: { nodes: Array<{ expiresAt?: string | null, revokedAt?: string | null }> } };

export type ChangeRowFragment = { action: ImportAction, resourceType: string, name: string, fields: Array<{ path: string, before?: unknown | null, after?: unknown | null }> };

export type SummaryRowFragment = { create: number, update: number, unchanged: number, delete: number };

export type ExportConfigurationQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  include?: InputMaybe<Array<Scalars['String']['input']> | Scalars['String']['input']>;
  names?: InputMaybe<Array<Scalars['String']['input']> | Scalars['String']['input']>;
  asJson?: InputMaybe<Scalars['Boolean']['input']>;
}>;


export type ExportConfigurationQuery = { exportConfiguration: { yaml?: string, json?: Record<string, unknown>, warnings: Array<string>, counts: Array<{ section: string, count: number }>, secrets: Array<{ name: string, resourceType: string, resourceName: string }> } };

export type StoredSecretsQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
}>;


export type StoredSecretsQuery = { storedSecrets: Array<{ resourceType: string, resourceName: string, path: string }> };

export type PlanImportQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  bundle: Scalars['String']['input'];
  prune: Scalars['Boolean']['input'];
  secretNames?: InputMaybe<Array<Scalars['String']['input']> | Scalars['String']['input']>;
}>;


export type PlanImportQuery = { planImport: { accountId: string, hash: string, applicable: boolean, warnings: Array<string>, changes: Array<{ action: ImportAction, resourceType: string, name: string, fields: Array<{ path: string, before?: unknown | null, after?: unknown | null }> }>, summary: { create: number, update: number, unchanged: number, delete: number }, conflicts: Array<{ message: string, path: string, line?: number | null }>, missing: Array<{ message: string, path: string, line?: number | null }>, missingSecrets: Array<{ name: string, resourceType: string, resourceName: string }> } };

export type ApplyImportMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  bundle: Scalars['String']['input'];
  planHash: Scalars['String']['input'];
  prune: Scalars['Boolean']['input'];
  secrets?: InputMaybe<Array<SecretInput> | SecretInput>;
}>;


export type ApplyImportMutation = { applyImport: { importId?: string | null, summary: { create: number, update: number, unchanged: number, delete: number } } };

export type UndoImportMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  importId: Scalars['ID']['input'];
}>;


export type UndoImportMutation = { undoImport: { importId?: string | null, changes: Array<{ action: ImportAction, resourceType: string, name: string, fields: Array<{ path: string, before?: unknown | null, after?: unknown | null }> }>, summary: { create: number, update: number, unchanged: number, delete: number } } };

export type UndoPlanQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  importId: Scalars['ID']['input'];
}>;


export type UndoPlanQuery = { undoPlan: { importId?: string | null, changes: Array<{ action: ImportAction, resourceType: string, name: string, fields: Array<{ path: string, before?: unknown | null, after?: unknown | null }> }>, summary: { create: number, update: number, unchanged: number, delete: number } } };

export type CustomRolesPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<CustomRoleFilter>;
}>;


export type CustomRolesPageQuery = { customRoles: { nodes: Array<{ id: string, accountId: string, name: string, description?: string | null, permissions: Array<string> }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type ToolsPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ToolFilter>;
  orderBy?: InputMaybe<ToolOrder>;
}>;


export type ToolsPageQuery = { tools: { totalCount: number, nodes: Array<{ id: string, accountId: string, name: string, description?: string | null, type: ToolType, framework?: Framework | null, tags: Array<string> }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type ToolByIdQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
}>;


export type ToolByIdQuery = { tool?: { id: string, name: string, description?: string | null, type: ToolType, framework?: Framework | null, versionLabel?: string | null, tags: Array<string>, inputSchema?: Record<string, unknown> | null, source?: string | null, metadata: Record<string, unknown>, version: number } | null };

export type CreateToolMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  input: CreateToolInput;
}>;


export type CreateToolMutation = { createTool: { id: string, name: string, version: number } };

export type DeleteToolMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
  force?: Scalars['Boolean']['input'];
}>;


export type DeleteToolMutation = { deleteTool: { id: string } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { kind: CallerKind, permissions: Array<string>, warnings: Array<string>, key: { id: string, name: string, preview: string }, account?: { id: string, slug: string, name: string, status: AccountStatus } | null } };

export type WebhookRowFragment = { id: string, accountId: string, name: string, url: string, resourceTypes: Array<string>, actions: Array<AuditAction>, enabled: boolean, disabledReason?: string | null, position?: number | null, failures: number, nextAttemptAt?: string | null };

export type WebhooksPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<WebhookFilter>;
}>;


export type WebhooksPageQuery = { webhooks: { nodes: Array<{ id: string, accountId: string, name: string, url: string, resourceTypes: Array<string>, actions: Array<AuditAction>, enabled: boolean, disabledReason?: string | null, position?: number | null, failures: number, nextAttemptAt?: string | null }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type CreateWebhookMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  input: CreateWebhookInput;
}>;


export type CreateWebhookMutation = { createWebhook: { secret: string, webhook: { id: string, accountId: string, name: string, url: string, resourceTypes: Array<string>, actions: Array<AuditAction>, enabled: boolean, disabledReason?: string | null, position?: number | null, failures: number, nextAttemptAt?: string | null } } };

export type UpdateWebhookMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
  input: UpdateWebhookInput;
}>;


export type UpdateWebhookMutation = { updateWebhook: { id: string, accountId: string, name: string, url: string, resourceTypes: Array<string>, actions: Array<AuditAction>, enabled: boolean, disabledReason?: string | null, position?: number | null, failures: number, nextAttemptAt?: string | null } };

export type RotateWebhookSecretMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
  overlapSeconds: Scalars['Int']['input'];
}>;


export type RotateWebhookSecretMutation = { rotateWebhookSecret: { secret: string, webhook: { id: string, accountId: string, name: string, url: string, resourceTypes: Array<string>, actions: Array<AuditAction>, enabled: boolean, disabledReason?: string | null, position?: number | null, failures: number, nextAttemptAt?: string | null } } };

export type ReplayWebhookMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
  fromSequence: Scalars['Int']['input'];
}>;


export type ReplayWebhookMutation = { replayWebhook: { id: string, accountId: string, name: string, url: string, resourceTypes: Array<string>, actions: Array<AuditAction>, enabled: boolean, disabledReason?: string | null, position?: number | null, failures: number, nextAttemptAt?: string | null } };

export type WebhookDeliveryRowFragment = { id: string, accountId: string, at: string, sequence?: number | null, attempt: number, status: WebhookDeliveryStatus, responseStatus?: number | null, durationMs: number, problem?: string | null, nextAttemptAt?: string | null };

export type TestWebhookMutationVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
}>;


export type TestWebhookMutation = { testWebhook: { id: string, accountId: string, at: string, sequence?: number | null, attempt: number, status: WebhookDeliveryStatus, responseStatus?: number | null, durationMs: number, problem?: string | null, nextAttemptAt?: string | null } };

export type WebhookDeliveriesPageQueryVariables = Exact<{
  accountId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<WebhookDeliveryFilter>;
}>;


export type WebhookDeliveriesPageQuery = { webhookDeliveries: { nodes: Array<{ id: string, accountId: string, at: string, sequence?: number | null, attempt: number, status: WebhookDeliveryStatus, responseStatus?: number | null, durationMs: number, problem?: string | null, nextAttemptAt?: string | null }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export const PlannedAccessFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlannedAccess"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AccessPlan"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceFrom"}},{"kind":"Field","name":{"kind":"Name","value":"unrecorded"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"newRole"}},{"kind":"Field","name":{"kind":"Name","value":"newResourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]} as unknown as DocumentNode<PlannedAccessFragment, unknown>;
export const AgentRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AgentRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Agent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"framework"}},{"kind":"Field","name":{"kind":"Name","value":"model"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<AgentRowFragment, unknown>;
export const ApiKeyRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ApiKeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"preview"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"replacedBy"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<ApiKeyRowFragment, unknown>;
export const ChangeRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChangeRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImportChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}}]}}]}}]} as unknown as DocumentNode<ChangeRowFragment, unknown>;
export const SummaryRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SummaryRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImportSummary"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"delete"}}]}}]} as unknown as DocumentNode<SummaryRowFragment, unknown>;
export const WebhookRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Webhook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"actions"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"failures"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]} as unknown as DocumentNode<WebhookRowFragment, unknown>;
export const WebhookDeliveryRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookDeliveryRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookDelivery"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"responseStatus"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"problem"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]} as unknown as DocumentNode<WebhookDeliveryRowFragment, unknown>;
export const SimulateDocumentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SimulateDocuments"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"keyId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"rights"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SimulatedRightsInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"documents"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DocumentInput"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"address"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"at"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"simulateAccess"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"keyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"keyId"}}},{"kind":"Argument","name":{"kind":"Name","value":"rights"},"value":{"kind":"Variable","name":{"kind":"Name","value":"rights"}}},{"kind":"Argument","name":{"kind":"Name","value":"documents"},"value":{"kind":"Variable","name":{"kind":"Name","value":"documents"}}},{"kind":"Argument","name":{"kind":"Name","value":"address"},"value":{"kind":"Variable","name":{"kind":"Name","value":"address"}}},{"kind":"Argument","name":{"kind":"Name","value":"at"},"value":{"kind":"Variable","name":{"kind":"Name","value":"at"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"refusedKeys"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"operations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"}},{"kind":"Field","name":{"kind":"Name","value":"permissions"}},{"kind":"Field","name":{"kind":"Name","value":"missing"}}]}}]}}]}}]} as unknown as DocumentNode<SimulateDocumentsQuery, SimulateDocumentsQueryVariables>;
export const AccessPlanDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AccessPlan"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"since"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessPlan"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"since"},"value":{"kind":"Variable","name":{"kind":"Name","value":"since"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlannedAccess"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlannedAccess"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AccessPlan"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceFrom"}},{"kind":"Field","name":{"kind":"Name","value":"unrecorded"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"newRole"}},{"kind":"Field","name":{"kind":"Name","value":"newResourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]} as unknown as DocumentNode<AccessPlanQuery, AccessPlanQueryVariables>;
export const ApplyAccessPlanDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ApplyAccessPlan"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"planHash"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"since"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"applyAccessPlan"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"planHash"},"value":{"kind":"Variable","name":{"kind":"Name","value":"planHash"}}},{"kind":"Argument","name":{"kind":"Name","value":"since"},"value":{"kind":"Variable","name":{"kind":"Name","value":"since"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlannedAccess"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlannedAccess"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AccessPlan"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceFrom"}},{"kind":"Field","name":{"kind":"Name","value":"unrecorded"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"newRole"}},{"kind":"Field","name":{"kind":"Name","value":"newResourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]} as unknown as DocumentNode<ApplyAccessPlanMutation, ApplyAccessPlanMutationVariables>;
export const UndoAccessPlanDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UndoAccessPlan"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"changeId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"undoAccessPlan"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"changeId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"changeId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlannedAccess"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlannedAccess"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AccessPlan"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceFrom"}},{"kind":"Field","name":{"kind":"Name","value":"unrecorded"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"newRole"}},{"kind":"Field","name":{"kind":"Name","value":"newResourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]} as unknown as DocumentNode<UndoAccessPlanMutation, UndoAccessPlanMutationVariables>;
export const AgentsPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AgentsPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AgentFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AgentOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"agents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AgentRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Agent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"framework"}},{"kind":"Field","name":{"kind":"Name","value":"model"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<AgentsPageQuery, AgentsPageQueryVariables>;
export const AgentByIdDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AgentById"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"agent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentRow"}},{"kind":"Field","name":{"kind":"Name","value":"instruction"}},{"kind":"Field","name":{"kind":"Name","value":"config"}},{"kind":"Field","name":{"kind":"Name","value":"toolConfigs"}},{"kind":"Field","name":{"kind":"Name","value":"tools"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AgentRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Agent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"framework"}},{"kind":"Field","name":{"kind":"Name","value":"model"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<AgentByIdQuery, AgentByIdQueryVariables>;
export const CreateAgentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateAgent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAgentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createAgent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AgentRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Agent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"framework"}},{"kind":"Field","name":{"kind":"Name","value":"model"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<CreateAgentMutation, CreateAgentMutationVariables>;
export const UpdateAgentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateAgent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAgentInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"expectedVersion"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateAgent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"Argument","name":{"kind":"Name","value":"expectedVersion"},"value":{"kind":"Variable","name":{"kind":"Name","value":"expectedVersion"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AgentRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Agent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"framework"}},{"kind":"Field","name":{"kind":"Name","value":"model"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<UpdateAgentMutation, UpdateAgentMutationVariables>;
export const DeleteAgentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteAgent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteAgent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<DeleteAgentMutation, DeleteAgentMutationVariables>;
export const AuditEventsPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditEventsPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"direction"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Direction"}}},"defaultValue":{"kind":"EnumValue","value":"ASC"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AuditEventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"direction"},"value":{"kind":"Variable","name":{"kind":"Name","value":"direction"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"actorKind"}},{"kind":"Field","name":{"kind":"Name","value":"actorName"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"resourceId"}},{"kind":"Field","name":{"kind":"Name","value":"operationName"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"erased"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<AuditEventsPageQuery, AuditEventsPageQueryVariables>;
export const AuditExportPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditExportPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditExport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"}},{"kind":"Field","name":{"kind":"Name","value":"lastSequence"}},{"kind":"Field","name":{"kind":"Name","value":"complete"}}]}}]}}]} as unknown as DocumentNode<AuditExportPageQuery, AuditExportPageQueryVariables>;
export const FollowEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"actorKind"}},{"kind":"Field","name":{"kind":"Name","value":"actorId"}},{"kind":"Field","name":{"kind":"Name","value":"actorName"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"resourceId"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}}]}}]}}]} as unknown as DocumentNode<FollowEventsSubscription, FollowEventsSubscriptionVariables>;
export const AuditCheckpointDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditCheckpoint"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditCheckpoint"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"publicKey"}}]}}]}}]} as unknown as DocumentNode<AuditCheckpointQuery, AuditCheckpointQueryVariables>;
export const VerifyAuditDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VerifyAudit"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"checkpoint"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AuditCheckpointInput"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"verifyAudit"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"checkpoint"},"value":{"kind":"Variable","name":{"kind":"Name","value":"checkpoint"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"intact"}},{"kind":"Field","name":{"kind":"Name","value":"checked"}},{"kind":"Field","name":{"kind":"Name","value":"lastSequence"}},{"kind":"Field","name":{"kind":"Name","value":"complete"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"faultSequence"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<VerifyAuditQuery, VerifyAuditQueryVariables>;
export const AccessReviewPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AccessReviewPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessReview"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"preview"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"leastRole"}},{"kind":"Field","name":{"kind":"Name","value":"recommendation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"resource"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"firstAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<AccessReviewPageQuery, AccessReviewPageQueryVariables>;
export const ApiKeysPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ApiKeysPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKeyFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKeys"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ApiKeyRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ApiKeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"preview"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"replacedBy"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<ApiKeysPageQuery, ApiKeysPageQueryVariables>;
export const CreateApiKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateApiKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateApiKeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createApiKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ApiKeyRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ApiKeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"preview"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"replacedBy"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const RevokeApiKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeApiKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"revokeApiKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ApiKeyRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ApiKeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"preview"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"replacedBy"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>;
export const RotateApiKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateApiKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"graceSeconds"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rotateApiKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"graceSeconds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"graceSeconds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ApiKeyRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"replaced"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ApiKeyRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ApiKeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"preview"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"replacedBy"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<RotateApiKeyMutation, RotateApiKeyMutationVariables>;
export const StaleApiKeysDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StaleApiKeys"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"days"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"staleApiKeys"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"days"},"value":{"kind":"Variable","name":{"kind":"Name","value":"days"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ApiKeyRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ApiKeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"preview"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"replacedBy"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<StaleApiKeysQuery, StaleApiKeysQueryVariables>;
export const ExpiringApiKeysDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExpiringApiKeys"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"days"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expiringApiKeys"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"days"},"value":{"kind":"Variable","name":{"kind":"Name","value":"days"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ApiKeyRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ApiKeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"preview"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"replacedBy"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<ExpiringApiKeysQuery, ExpiringApiKeysQueryVariables>;
export const ApiKeyExpiryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ApiKeyExpiry"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}}]}}]}}]} as unknown as DocumentNode<ApiKeyExpiryQuery, ApiKeyExpiryQueryVariables>;
export const McpServersPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"McpServersPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"McpServerFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"McpServerOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mcpServers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<McpServersPageQuery, McpServersPageQueryVariables>;
export const SchedulesPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SchedulesPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduleFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduleOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"schedules"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"agent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cron"}},{"kind":"Field","name":{"kind":"Name","value":"timezone"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<SchedulesPageQuery, SchedulesPageQueryVariables>;
export const RunsPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RunsPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RunFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RunOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"runs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"agent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<RunsPageQuery, RunsPageQueryVariables>;
export const RowsNamedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RowsNamed"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"agents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"equals"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"deleted"},"value":{"kind":"EnumValue","value":"INCLUDE"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"tools"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"equals"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"deleted"},"value":{"kind":"EnumValue","value":"INCLUDE"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"mcpServers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"equals"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"deleted"},"value":{"kind":"EnumValue","value":"INCLUDE"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"apiKeys"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"equals"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<RowsNamedQuery, RowsNamedQueryVariables>;
export const AccountsPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AccountsPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AccountFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<AccountsPageQuery, AccountsPageQueryVariables>;
export const AccountBySlugDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AccountBySlug"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"slug"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"slug"},"value":{"kind":"Variable","name":{"kind":"Name","value":"slug"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}}]} as unknown as DocumentNode<AccountBySlugQuery, AccountBySlugQueryVariables>;
export const AccountContentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AccountContents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"slug"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"slug"},"value":{"kind":"Variable","name":{"kind":"Name","value":"slug"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"live"}}]}}]}}]}}]} as unknown as DocumentNode<AccountContentsQuery, AccountContentsQueryVariables>;
export const CreateAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAccountInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}}]}}]} as unknown as DocumentNode<CreateAccountMutation, CreateAccountMutationVariables>;
export const AgentsOfAllAccountsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AgentsOfAllAccounts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AgentFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"agents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"framework"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<AgentsOfAllAccountsQuery, AgentsOfAllAccountsQueryVariables>;
export const SuspendAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SuspendAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suspendAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<SuspendAccountMutation, SuspendAccountMutationVariables>;
export const ReactivateAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReactivateAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reactivateAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<ReactivateAccountMutation, ReactivateAccountMutationVariables>;
export const CloseAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CloseAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"closeAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<CloseAccountMutation, CloseAccountMutationVariables>;
export const RestoreAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RestoreAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"restoreAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<RestoreAccountMutation, RestoreAccountMutationVariables>;
export const MasterKeyExpiryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MasterKeyExpiry"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"masterKeys"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"equals"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}}]}}]}}]}}]} as unknown as DocumentNode<MasterKeyExpiryQuery, MasterKeyExpiryQueryVariables>;
export const ExportConfigurationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExportConfiguration"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"include"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"names"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"asJson"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}},"defaultValue":{"kind":"BooleanValue","value":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exportConfiguration"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"include"},"value":{"kind":"Variable","name":{"kind":"Name","value":"include"}}},{"kind":"Argument","name":{"kind":"Name","value":"names"},"value":{"kind":"Variable","name":{"kind":"Name","value":"names"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"yaml"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"skip"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"if"},"value":{"kind":"Variable","name":{"kind":"Name","value":"asJson"}}}]}]},{"kind":"Field","name":{"kind":"Name","value":"json"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"include"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"if"},"value":{"kind":"Variable","name":{"kind":"Name","value":"asJson"}}}]}]},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"section"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secrets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"resourceName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}}]}}]}}]} as unknown as DocumentNode<ExportConfigurationQuery, ExportConfigurationQueryVariables>;
export const StoredSecretsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StoredSecrets"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"storedSecrets"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"resourceName"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]} as unknown as DocumentNode<StoredSecretsQuery, StoredSecretsQueryVariables>;
export const PlanImportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PlanImport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"bundle"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"prune"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"secretNames"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"planImport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"bundle"},"value":{"kind":"Variable","name":{"kind":"Name","value":"bundle"}}},{"kind":"Argument","name":{"kind":"Name","value":"prune"},"value":{"kind":"Variable","name":{"kind":"Name","value":"prune"}}},{"kind":"Argument","name":{"kind":"Name","value":"secretNames"},"value":{"kind":"Variable","name":{"kind":"Name","value":"secretNames"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"applicable"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChangeRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"summary"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SummaryRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"conflicts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"line"}}]}},{"kind":"Field","name":{"kind":"Name","value":"missing"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"line"}}]}},{"kind":"Field","name":{"kind":"Name","value":"missingSecrets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"resourceName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChangeRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImportChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SummaryRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImportSummary"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"delete"}}]}}]} as unknown as DocumentNode<PlanImportQuery, PlanImportQueryVariables>;
export const ApplyImportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ApplyImport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"bundle"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"planHash"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"prune"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"secrets"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SecretInput"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"applyImport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"bundle"},"value":{"kind":"Variable","name":{"kind":"Name","value":"bundle"}}},{"kind":"Argument","name":{"kind":"Name","value":"planHash"},"value":{"kind":"Variable","name":{"kind":"Name","value":"planHash"}}},{"kind":"Argument","name":{"kind":"Name","value":"prune"},"value":{"kind":"Variable","name":{"kind":"Name","value":"prune"}}},{"kind":"Argument","name":{"kind":"Name","value":"secrets"},"value":{"kind":"Variable","name":{"kind":"Name","value":"secrets"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"importId"}},{"kind":"Field","name":{"kind":"Name","value":"summary"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SummaryRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SummaryRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImportSummary"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"delete"}}]}}]} as unknown as DocumentNode<ApplyImportMutation, ApplyImportMutationVariables>;
export const UndoImportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UndoImport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"importId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"undoImport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"importId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"importId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"importId"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChangeRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"summary"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SummaryRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChangeRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImportChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SummaryRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImportSummary"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"delete"}}]}}]} as unknown as DocumentNode<UndoImportMutation, UndoImportMutationVariables>;
export const UndoPlanDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UndoPlan"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"importId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"undoPlan"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"importId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"importId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"importId"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChangeRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"summary"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SummaryRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChangeRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImportChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"resourceType"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SummaryRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImportSummary"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"delete"}}]}}]} as unknown as DocumentNode<UndoPlanQuery, UndoPlanQueryVariables>;
export const CustomRolesPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CustomRolesPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CustomRoleFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customRoles"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"permissions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<CustomRolesPageQuery, CustomRolesPageQueryVariables>;
export const ToolsPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ToolsPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ToolFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ToolOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tools"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"framework"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ToolsPageQuery, ToolsPageQueryVariables>;
export const ToolByIdDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ToolById"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tool"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"framework"}},{"kind":"Field","name":{"kind":"Name","value":"versionLabel"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"inputSchema"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}}]} as unknown as DocumentNode<ToolByIdQuery, ToolByIdQueryVariables>;
export const CreateToolDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateTool"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateToolInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createTool"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}}]} as unknown as DocumentNode<CreateToolMutation, CreateToolMutationVariables>;
export const DeleteToolDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteTool"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"force"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteTool"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"force"},"value":{"kind":"Variable","name":{"kind":"Name","value":"force"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<DeleteToolMutation, DeleteToolMutationVariables>;
export const ViewerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"permissions"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"key"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"preview"}}]}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const WebhooksPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhooksPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhooks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WebhookRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Webhook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"actions"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"failures"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]} as unknown as DocumentNode<WebhooksPageQuery, WebhooksPageQueryVariables>;
export const CreateWebhookDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateWebhook"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWebhookInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createWebhook"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhook"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WebhookRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Webhook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"actions"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"failures"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]} as unknown as DocumentNode<CreateWebhookMutation, CreateWebhookMutationVariables>;
export const UpdateWebhookDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateWebhook"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateWebhookInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateWebhook"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WebhookRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Webhook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"actions"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"failures"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]} as unknown as DocumentNode<UpdateWebhookMutation, UpdateWebhookMutationVariables>;
export const RotateWebhookSecretDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateWebhookSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"overlapSeconds"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rotateWebhookSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"overlapSeconds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"overlapSeconds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhook"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WebhookRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Webhook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"actions"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"failures"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]} as unknown as DocumentNode<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>;
export const ReplayWebhookDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayWebhook"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"fromSequence"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayWebhook"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"fromSequence"},"value":{"kind":"Variable","name":{"kind":"Name","value":"fromSequence"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WebhookRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Webhook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTypes"}},{"kind":"Field","name":{"kind":"Name","value":"actions"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"failures"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]} as unknown as DocumentNode<ReplayWebhookMutation, ReplayWebhookMutationVariables>;
export const TestWebhookDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TestWebhook"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"testWebhook"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WebhookDeliveryRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookDeliveryRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookDelivery"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"responseStatus"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"problem"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]} as unknown as DocumentNode<TestWebhookMutation, TestWebhookMutationVariables>;
export const WebhookDeliveriesPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookDeliveriesPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookDeliveryFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookDeliveries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WebhookDeliveryRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookDeliveryRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookDelivery"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"responseStatus"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"problem"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]} as unknown as DocumentNode<WebhookDeliveriesPageQuery, WebhookDeliveriesPageQueryVariables>;