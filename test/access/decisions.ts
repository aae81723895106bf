/** Simulations of access and the decision log, as an administrator reads them. */
import type { Client } from '../harness/gateway';

export interface Operation {
  readonly keyId: string | null;
  readonly operation: string;
  readonly permissions: readonly string[];
  readonly missing: readonly string[] | null;
  readonly count: number;
}

export interface Simulation {
  readonly role: string;
  readonly refusedKeys: readonly { readonly keyId: string | null; readonly reason: string }[];
  readonly ratePerMinute: number | null;
  readonly permissions: readonly string[];
  readonly allowed: number;
  readonly refused: number;
  readonly operations: readonly Operation[];
  readonly more: boolean;
  readonly unrecorded: number;
}

export const SIMULATE = `query ($keyId: ID, $rights: SimulatedRightsInput, $documents: [DocumentInput!], $since: DateTime, $address: String, $at: DateTime) {
  simulation: simulateAccess(keyId: $keyId, rights: $rights, documents: $documents, since: $since, address: $address, at: $at) {
    role refusedKeys { keyId reason } ratePerMinute permissions allowed refused more unrecorded operations { keyId operation permissions missing count }
  }
}`;
export const DECISIONS = `query ($filter: AccessDecisionFilter, $after: String) {
  accessDecisions(filter: $filter, first: 100, after: $after) {
    nodes { keyId operation permissions missing shadowRole shadowMissing count }
    pageInfo { hasNextPage endCursor }
  }
}`;

export interface Decision extends Operation {
  readonly shadowRole: string | null;
  readonly shadowMissing: readonly string[] | null;
}

export const simulate = async (client: Client, variables: object): Promise<Simulation> =>
  (await client.ask<{ simulation: Simulation }>(SIMULATE, variables)).simulation;

interface DecisionPage {
  readonly nodes: readonly Decision[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

export async function decisions(
  client: Client,
  filter: object,
  after: string | null = null,
): Promise<readonly Decision[]> {
  const { accessDecisions: page } = await client.ask<{ accessDecisions: DecisionPage }>(DECISIONS, { filter, after });
  const { hasNextPage, endCursor } = page.pageInfo;
  return hasNextPage ? [...page.nodes, ...(await decisions(client, filter, endCursor))] : page.nodes;
}
