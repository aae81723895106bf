/** What the schema does not say about a resource: its place in the menu, its table columns, special permissions. */
import { RESOURCE_TYPES } from '../generated/resources';
import type { ResourceType } from './resource-type';

export interface Definition {
  readonly group: 'Configuration' | 'Activity' | 'Access';
  /** Fields that the table shows; the first one names the row. */
  readonly columns: readonly string[];
  /** The resource type of its permissions, if it differs from the resource. */
  readonly permission?: string;
  /** Reloaded at this interval while it is visible. */
  readonly refreshSeconds?: number;
  /** The gateway streams its changes: the page reloads as they happen, while the stream works. */
  readonly isStreamed?: boolean;
  /** Newest first unless the address says otherwise. */
  readonly order?: string;
}

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  Agent: { group: 'Configuration', columns: ['name', 'type', 'framework', 'model', 'owner', 'updatedAt'] },
  Tool: { group: 'Configuration', columns: ['name', 'type', 'framework', 'tags', 'owner', 'updatedAt'] },
  McpServer: { group: 'Configuration', columns: ['name', 'transport', 'authentication', 'owner', 'updatedAt'] },
  Schedule: { group: 'Configuration', columns: ['cron', 'timezone', 'enabled', 'agent', 'nextRunAt', 'lastRunAt'] },
  Run: {
    group: 'Activity',
    columns: ['startedAt', 'status', 'agent', 'trigger', 'finishedAt', 'error'],
    refreshSeconds: 5,
    isStreamed: true,
    order: '-startedAt',
  },
  Webhook: { group: 'Activity', columns: ['name', 'url', 'enabled', 'failures', 'position', 'nextAttemptAt'] },
  ApiKey: {
    group: 'Access',
    columns: ['name', 'status', 'role', 'kind', 'preview', 'lastUsedAt', 'expiresAt'],
    order: '-createdAt',
  },
  CustomRole: { group: 'Access', columns: ['name', 'permissions', 'updatedAt'], permission: 'apiKeys' },
  ServiceAccount: { group: 'Access', columns: ['name', 'description', 'owner', 'updatedAt'], permission: 'apiKeys' },
};

const LABELS = ['name', 'cron', 'status'];

/** A resource without a definition shows its name, its enumerations and when it was changed. */
function derivedDefinition({ fields }: ResourceType): Definition {
  const label = LABELS.find((name) => fields.some((field) => field.name === name)) ?? 'id';
  const enums = fields.filter(({ kind, name }) => kind === 'enum' && name !== label).map(({ name }) => name);
  return { group: 'Configuration', columns: [label, ...enums, 'owner', 'updatedAt'] };
}

export interface Resource extends ResourceType, Definition {
  /** The resource type of its permissions. */
  readonly permission: string;
}

const ORDER = Object.keys(DEFINITIONS);
const placeOf = ({ type }: ResourceType): number => (ORDER.includes(type) ? ORDER.indexOf(type) : ORDER.length);

export const RESOURCES: readonly Resource[] = [...RESOURCE_TYPES]
  .sort((a, b) => placeOf(a) - placeOf(b))
  .map((resource) => ({
    permission: resource.plural,
    ...resource,
    ...(DEFINITIONS[resource.type] ?? derivedDefinition(resource)),
  }));

export const resourceOfType = (type: string): Resource | undefined => RESOURCES.find((each) => each.type === type);
