/** The operations of promotion. */
import { graphql } from '../../generated';
import type { ImportChangeFieldsFragment, PlanImportQuery } from '../../generated/graphql';

graphql(`
  fragment ImportChangeFields on ImportChange {
    action
    resourceType
    name
    fields {
      path
      before
      after
    }
  }
`);

export const EXPORT = graphql(`
  query ExportConfiguration($accountId: ID) {
    exportConfiguration(accountId: $accountId) {
      yaml
      counts {
        section
        count
      }
      secrets {
        name
        resourceType
        resourceName
      }
      warnings
    }
  }
`);

export const PLAN = graphql(`
  query PlanImport($accountId: ID, $bundle: String!, $prune: Boolean!, $secretNames: [String!]) {
    planImport(accountId: $accountId, bundle: $bundle, prune: $prune, secretNames: $secretNames) {
      hash
      applicable
      changes {
        ...ImportChangeFields
      }
      summary {
        create
        update
        delete
        unchanged
      }
      conflicts {
        message
        path
        line
      }
      missing {
        message
        path
        line
      }
      missingSecrets {
        name
        resourceType
        resourceName
      }
      warnings
    }
  }
`);

export const APPLY = graphql(`
  mutation ApplyImport(
    $accountId: ID
    $bundle: String!
    $planHash: String!
    $prune: Boolean!
    $secrets: [SecretInput!]
  ) {
    applyImport(accountId: $accountId, bundle: $bundle, planHash: $planHash, prune: $prune, secrets: $secrets) {
      importId
      summary {
        create
        update
        delete
        unchanged
      }
    }
  }
`);

export const UNDO_PLAN = graphql(`
  query UndoPlan($accountId: ID, $importId: ID!) {
    undoPlan(accountId: $accountId, importId: $importId) {
      changes {
        ...ImportChangeFields
      }
    }
  }
`);

export const UNDO = graphql(`
  mutation UndoImport($accountId: ID, $importId: ID!) {
    undoImport(accountId: $accountId, importId: $importId) {
      importId
      summary {
        create
        update
        delete
        unchanged
      }
    }
  }
`);

export type Plan = PlanImportQuery['planImport'];
export type ImportChange = ImportChangeFieldsFragment;
