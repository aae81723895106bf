/** The queries of the audit log. */
import { graphql } from '../generated';
import type { AuditEventFieldsFragment } from '../generated/graphql';

graphql(`
  fragment AuditEventFields on AuditEvent {
    id
    accountId
    sequence
    at
    action
    actorKind
    actorName
    address
    operationName
    reason
    requestId
    resourceType
    resourceId
    erased
    changes {
      path
      before
      after
    }
  }
`);

export type AuditEvent = AuditEventFieldsFragment;
