/** The list of resources. A new one is a folder, a line here, and a migration. */
import 'reflect-metadata';
import { audit } from '../audit';
import type { Resource } from '../graph/resource';
import { AccessReviewResolver, connectionResolver } from './access-review/access-review.resolver';
import { OwnershipResolver } from './access-review/ownership.resolver';
import { accounts } from './account';
import { agents } from './agent';
import { apiKeys } from './api-key';
import { ExplainResolver } from './explain/explain.resolver';
import { accountAccess, masterAccess } from './master-access';
import { masterKeys } from './master-key';
import { tools } from './tool';
import { ViewerResolver } from './viewer/viewer.resolver';

/** What belongs to accounts. */
export const resources: readonly Resource[] = [agents, tools, apiKeys];

/** What belongs to the platform. */
const platform = [accounts, masterKeys, masterAccess, accountAccess];

export const entities: readonly (new () => object)[] = [
  ...resources.flatMap(({ entity, tables = [] }) => [entity, ...tables]),
  ...platform.map(({ entity }) => entity),
  ...audit.entities,
];

export const resolvers: readonly (new () => object)[] = [
  ViewerResolver,
  AccessReviewResolver,
  connectionResolver,
  OwnershipResolver,
  ExplainResolver,
  ...[...resources, ...platform].flatMap((resource) => resource.resolvers),
  ...audit.resolvers,
];
