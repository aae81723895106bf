/** The operations of promotion, as tests send them. */
import type { ConfigurationBundle, ImportPlan, ImportResult } from '../../src/promotion/promotion.objects';
import type { Answer, Client } from '../harness/gateway';

const CHANGES =
  'changes { action resourceType name fields { path before after } } summary { create update unchanged delete }';

const EXPORT = `query ($include: [String!], $names: [String!]) {
  exportConfiguration(include: $include, names: $names) {
    accountId schemaVersion yaml json counts { section count } secrets { name resourceType resourceName path } warnings
  }
}`;

const PLAN = `query ($bundle: String!, $prune: Boolean, $secretNames: [String!]) {
  planImport(bundle: $bundle, prune: $prune, secretNames: $secretNames) {
    accountId hash applicable ${CHANGES}
    conflicts { message path line } missing { message path line } missingSecrets { name resourceType resourceName path } warnings
  }
}`;

export const APPLY = `mutation Apply($bundle: String!, $planHash: String!, $prune: Boolean, $secrets: [SecretInput!]) {
  applyImport(bundle: $bundle, planHash: $planHash, prune: $prune, secrets: $secrets) { accountId importId ${CHANGES} }
}`;

const UNDO = `mutation Undo($importId: ID!) { undoImport(importId: $importId) { accountId importId ${CHANGES} } }`;

export interface Options {
  readonly prune?: boolean;
  readonly secrets?: readonly { readonly name: string; readonly value: string }[];
}

type Applied = Answer<{ applyImport: ImportResult }>;

/** What one account does with bundles. */
export class Promoter {
  constructor(readonly client: Client) {}

  async bundle(selection: { include?: string[]; names?: string[] } = {}): Promise<ConfigurationBundle> {
    const answer = await this.client.ask<{ exportConfiguration: ConfigurationBundle }>(EXPORT, selection);
    return answer.exportConfiguration;
  }

  async yaml(): Promise<string> {
    return (await this.bundle()).yaml;
  }

  tryPlan(bundle: string, { prune = false, secrets = [] }: Options = {}): Promise<Answer<{ planImport: ImportPlan }>> {
    return this.client.send(PLAN, { bundle, prune, secretNames: secrets.map(({ name }) => name) });
  }

  async plan(bundle: string, options: Options = {}): Promise<ImportPlan> {
    const { data, errors } = await this.tryPlan(bundle, options);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.planImport;
  }

  tryApply(bundle: string, planHash: string, { prune = false, secrets = [] }: Options = {}): Promise<Applied> {
    return this.client.send(APPLY, { bundle, planHash, prune, secrets });
  }

  /** Plans and applies. */
  async apply(bundle: string, options: Options = {}): Promise<ImportResult> {
    const { hash } = await this.plan(bundle, options);
    const { data, errors } = await this.tryApply(bundle, hash, options);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.applyImport;
  }

  undo(importId: string | null): Promise<Answer<{ undoImport: ImportResult }>> {
    return this.client.send(UNDO, { importId });
  }
}
