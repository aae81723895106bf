/** The fields of promotion: export, plan, apply, undo. */
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { ownerOf } from '../auth/caller';
import { FairSemaphore } from '../db/fair-semaphore';
import { OneAccount, Public, Scoped } from '../graph/decorators';
import { Action } from '../graph/directives/definitions';
import { scopeOf, repository, type RequestContext } from '../graph/request-context';
import type { JsonRecord } from '../graph/queries/account-row';
import { JsonObject } from '../graph/scalars';
import { overloaded } from '../http/refusal';
import { applyImport, planImport } from './apply/apply';
import { bundleSchema } from './bundle/json-schema';
import { planUndo, undoImport } from './apply/undo';
import { ConfigurationImport } from './configuration-import.entity';
import { exportConfiguration } from './bundle/export';
import { storedSecrets } from './bundle/stored-secrets';
import { sectionsOf } from './bundle/sections';
import { ConfigurationBundle, ImportPlan, ImportResult, SecretInput, StoredSecret } from './promotion.objects';

const MAX_WAIT_MS = 60_000;

/** Exports and plans process all rows of an account: one at a time per account, two per process. */
const semaphore = new FairSemaphore({
  capacity: 2,
  maxWaitMs: MAX_WAIT_MS,
  refusal: () =>
    overloaded(
      'Too many exports and plans are waiting. This one was not executed; try again, with fewer at the same time.',
    ),
});

/** @throws GatewayError OVERLOADED after a minute of waiting. */
const oneAtATime = <T>({ caller, address }: RequestContext, work: () => Promise<T>): Promise<T> =>
  semaphore.run(ownerOf(caller, address), work);

const BUNDLE =
  'The text of a bundle, YAML or JSON (with comments, too), at most 8 MB and 10,000 rows; or a file of MCP clients (mcp.json), or of one agent, tool or MCP server in the export format of GL AIP.';
const PRUNE =
  'Delete the rows that the bundle does not contain, in the sections that it contains in full (`complete`).';

@Resolver()
export class PromotionResolver {
  @Scoped()
  @OneAccount()
  @Query(() => ConfigurationBundle, {
    description:
      'The configuration of an account, with names instead of ids. Exporting, importing and exporting again gives the same bytes.',
  })
  exportConfiguration(
    @Arg('include', () => [String], {
      nullable: true,
      description: 'Sections to export, for example `agents`; the rows to which they refer are included. Default: all.',
    })
    include: string[] | null,
    @Arg('names', () => [String], {
      nullable: true,
      description: 'Only rows with these names, and the rows to which they refer.',
    })
    names: string[] | null,
    @Ctx() context: RequestContext,
  ): Promise<ConfigurationBundle> {
    const selection = { include: include ?? null, names: names ?? null };
    const sections = sectionsOf(context.services.resources);
    return oneAtATime(context, () => exportConfiguration(scopeOf(context), sections, selection));
  }

  @Scoped()
  @OneAccount()
  @Query(() => ImportPlan, { description: 'What importing a bundle would do, field by field. Stores nothing.' })
  planImport(
    @Arg('bundle', () => String, { description: BUNDLE }) bundle: string,
    @Arg('prune', () => Boolean, { defaultValue: false, description: PRUNE }) prune: boolean,
    @Arg('secretNames', () => [String], {
      nullable: true,
      description: 'Names of the secrets that applyImport will be given; they replace those that are stored.',
    })
    secretNames: string[] | null,
    @Ctx() context: RequestContext,
  ): Promise<ImportPlan> {
    const options = { text: bundle, prune, secretNames: secretNames ?? [] };
    const { resources } = context.services;
    return oneAtATime(context, () => planImport(scopeOf(context), resources, options));
  }

  @Scoped()
  @OneAccount()
  @Query(() => [StoredSecret], {
    description:
      'Secrets in the configuration of an account that earlier releases stored in plain text. Move each with an update of its row, and then issue a new secret, because the audit log contains the old one, too.',
  })
  storedSecrets(@Ctx() context: RequestContext): Promise<StoredSecret[]> {
    const sections = sectionsOf(context.services.resources);
    return oneAtATime(context, () => storedSecrets(scopeOf(context), sections));
  }

  @Public('The shape of bundles is part of the public schema; it holds nothing of any account.')
  @Query(() => JsonObject, {
    description: 'JSON Schema (draft 2020-12) of bundles, for editors; also in the file schema/bundle.schema.json.',
  })
  bundleSchema(@Ctx() context: RequestContext): JsonRecord {
    return bundleSchema(sectionsOf(context.services.resources));
  }

  @Scoped()
  @Query(() => ImportResult, {
    description: 'What undoImport would do, row by row, if none of its rows has changed since. Stores nothing.',
  })
  undoPlan(
    @Arg('importId', () => ID, { description: 'The `importId` that applyImport returned.' }) importId: string,
    @Ctx() context: RequestContext,
  ): Promise<ImportResult> {
    return planUndo(scopeOf(context), context.services.resources, repository(context, ConfigurationImport), importId);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => ImportResult, {
    description:
      'Applies exactly the given plan, all or nothing. PLAN_OUTDATED if the bundle, its options or the affected rows differ from the plan.',
  })
  applyImport(
    @Arg('bundle', () => String, { description: BUNDLE }) bundle: string,
    @Arg('planHash', () => String, { description: 'The hash of the reviewed plan, 43 characters.' })
    planHash: string,
    @Arg('prune', () => Boolean, { defaultValue: false, description: PRUNE }) prune: boolean,
    @Arg('secrets', () => [SecretInput], {
      nullable: true,
      description: 'Values of the secrets in the secretNames of the plan.',
    })
    secrets: SecretInput[] | null,
    @Ctx() context: RequestContext,
  ): Promise<ImportResult> {
    const options = { text: bundle, planHash, prune, secrets: secrets ?? [] };
    return applyImport(scopeOf(context), context.services.resources, options);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => ImportResult, {
    description: 'Undoes an import, once, all or nothing. PLAN_OUTDATED if one of its rows has been changed since.',
  })
  undoImport(
    @Arg('importId', () => ID, { description: 'The `importId` that applyImport returned.' }) importId: string,
    @Ctx() context: RequestContext,
  ): Promise<ImportResult> {
    return undoImport(scopeOf(context), context.services.resources, importId);
  }
}
