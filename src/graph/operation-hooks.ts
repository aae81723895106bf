/** This gateway's hooks for operations: size limits, usage counters, denials, the access log of master keys. */
import type { Caller, KeyRecord } from '../auth/caller';
import { storeAccess } from '../db/master-access-log';
import { PLATFORM_CHAIN } from '../db/ids';
import { refuseLargeOperation } from '../http/body-limit';
import { withoutSecrets } from '../util/secret-shapes';
import type { IncomingCall, OperationDetails } from './context';
import { requireOperationPermissions } from './policy';
import type { RequestContext, Services } from './request-context';
import type { BeginField } from './run-mutation';
import type { OperationHooks } from './run-operation';

const MAX_NAME_CHARS = 255;

function recordDenial(
  { denials }: Pick<Services, 'denials'>,
  { account, keyId }: Pick<Caller | KeyRecord, 'account' | 'keyId'>,
  { requestId, address }: Pick<IncomingCall, 'requestId' | 'address'>,
  code: string,
  field: string,
): void {
  denials.record({ accountId: account?.id ?? PLATFORM_CHAIN, keyId, code, field, requestId, address });
}

/** By the list of an operation's fields, which lives as long as its document. */
const recordedNames = new WeakMap<readonly string[], string>();

/** The operation's name as it is recorded; empty for one without. */
function recordedName({ name, fields, fieldPaths }: OperationDetails): string {
  let recorded = recordedNames.get(fieldPaths);
  if (recorded === undefined) {
    recorded = withoutSecrets(name ?? fields[0] ?? '').slice(0, MAX_NAME_CHARS);
    recordedNames.set(fieldPaths, recorded);
  }
  return recorded;
}

/** For operations that changed nothing. */
function storeMasterAccess({ caller, services, origin }: RequestContext): void | Promise<void> {
  if (caller?.isMaster) return storeAccess(services.database, caller, origin, true);
}

export const operationHooks: OperationHooks<RequestContext> = {
  onPrepared({ record }, prepared) {
    record?.prepared(prepared);
  },

  onStep({ record }, step) {
    record?.step(step);
  },

  onOperation(context, details) {
    const { call, services, origin } = context;
    const { fields, fieldPaths, isForSeveral, isMutation, isSubscription } = details;
    requireOperationPermissions(context, fieldPaths);
    refuseLargeOperation(call, fields, services.largeFields);
    origin.operationName = recordedName(details) || null;
    origin.readsReplicas = !isMutation && !isSubscription;
    if (origin.access) Object.assign(origin.access, { fields, isForSeveral: isForSeveral() });
  },

  onDenied({ caller, services, origin }, code, field) {
    if (caller) recordDenial(services, caller, origin, code, field);
  },

  onResponse(context, { isMutation }) {
    const { caller, services, fieldRecord } = context;
    if (caller) for (const { field, action } of fieldRecord.uses) services.keyUse.used(caller, field, action);
    // A mutation's fields are audited individually, each in its transaction.
    if (!isMutation) return storeMasterAccess(context);
  },
};

/** A field that changed nothing is also audited, before the next one runs. */
export const beginField: BeginField<RequestContext> = (context, { index, answerReadsMore }) => {
  const unitOfWork = context.services.database.unitOfWork({ answerReadsMore, position: index + 1 });
  return {
    context: { ...context, scopes: new Map(), unitOfWork },
    get isStored() {
      return unitOfWork.isStored;
    },
    commit: () => unitOfWork.commit(),
    rollback: async () => {
      await unitOfWork.rollback();
      await storeMasterAccess(context);
    },
  };
};
