/** The list of resources. A new one is a folder, a line here, and a migration. */
import 'reflect-metadata';
import { audit } from '../audit';
import { promotion } from '../promotion';
import { entitiesResolver } from '../graph/federation/entities-resolver';
import { ServiceResolver } from '../graph/federation/service-resolver';
import { nodeResolver } from '../graph/queries/node-resolver';
import { purgeResolver } from '../graph/mutations/purge-resolver';
import { permissionType, type Resource } from '../graph/resource';
import { AccessDecision } from './access-decision/access-decision.entity';
import { AccessDecisionResolver, decisionConnectionResolver } from './access-decision/access-decision.resolver';
import { AccessSimulationResolver } from './access-decision/simulation.resolver';
import { AccessChange } from './access-plan/access-change.entity';
import { AccessPlanResolver } from './access-plan/access-plan.resolver';
import { AccessReviewResolver, connectionResolver } from './access-review/access-review.resolver';
import { UnownedResourcesResolver } from './access-review/unowned-resources.resolver';
import { accounts } from './account';
import { agents } from './agent';
import { apiKeys } from './api-key';
import { customRoles } from './custom-role';
import { ExplainOperationResolver } from './explain/explain-operation.resolver';
import { ExplainResolver } from './explain/explain.resolver';
import { accountAccess, masterAccess } from './master-access';
import { masterKeys } from './master-key';
import { mcpServers } from './mcp-server';
import { RetentionResolver } from './retention/retention.resolver';
import { runs } from './run';
import { schedules } from './schedule';
import { serviceAccounts } from './service-account';
import { tools } from './tool';
import { webhooks } from './webhook';
import { ViewerResolver } from './viewer/viewer.resolver';

/** All resources of the gateway. */
export interface Registry {
  /** Those of accounts. */
  readonly resources: readonly Resource[];
  readonly entities: readonly (new () => object)[];
  readonly resolvers: readonly (new () => object)[];
}

/** Those of the platform. */
const platform = [accounts, masterKeys, masterAccess, accountAccess];

export function registryOf(resources: readonly Resource[]): Registry {
  return {
    resources,
    entities: [
      ...resources.flatMap(({ entity, tables = [] }) => [entity, ...tables]),
      ...platform.map(({ entity }) => entity),
      AccessDecision,
      AccessChange,
      ...audit.entities,
      ...promotion.entities,
    ],
    resolvers: [
      ViewerResolver,
      AccessReviewResolver,
      connectionResolver,
      AccessDecisionResolver,
      decisionConnectionResolver,
      AccessSimulationResolver,
      AccessPlanResolver,
      UnownedResourcesResolver,
      RetentionResolver,
      ExplainResolver,
      ExplainOperationResolver,
      nodeResolver(resources),
      entitiesResolver([
        ...resources.map((resource) => ({
          type: resource.names.type,
          entity: resource.entity,
          permission: permissionType(resource),
        })),
        { type: 'Account', entity: accounts.entity, permission: null },
      ]),
      ServiceResolver,
      purgeResolver(resources),
      ...[...resources, ...platform].flatMap((resource) => resource.resolvers),
      ...audit.resolvers,
      ...promotion.resolvers,
    ],
  };
}

export const gatewayRegistry = registryOf([
  agents,
  tools,
  mcpServers,
  schedules,
  runs,
  customRoles,
  serviceAccounts,
  apiKeys,
  webhooks,
]);

export const { resources, entities, resolvers } = gatewayRegistry;
