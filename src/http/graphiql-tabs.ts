/** GraphiQL's initial tabs: who the caller is, and the five queries operators use most. */

export interface Tab {
  readonly query: string;
  /** JSON text. */
  readonly variables: string;
}

const WELCOME = `# Welcome to Portcullis.
#
# 1. Enter a key above; the schema is loaded at
#    once. With a master key, give a reason too:
#    its use is audited.
# 2. Press Ctrl+Enter to run the operation.

query WhoAmI {
  viewer {
    kind
    account {
      slug
    }
    permissions
    warnings
  }
}
`;

const FIND_ACCOUNT = `# An account by a part of its name (master key).
query FindAccount($name: String!) {
  accounts(filter: { name: { contains: $name } }) {
    nodes {
      id
      slug
      name
      status
      createdAt
    }
  }
}
`;

const WHAT_CHANGED = `# What changed in all accounts (master key).
query WhatChanged($since: DateTime!) {
  auditEvents(filter: { at: { after: $since } }, first: 50) {
    nodes {
      at
      accountId
      actorName
      operationName
      reason
      action
      resourceType
      resourceId
      changes {
        path
        before
        after
      }
    }
  }
}
`;

const STALE_KEYS = `# Keys that were not used for this many days.
query StaleKeys($days: Int!) {
  staleApiKeys(days: $days) {
    accountId
    id
    name
    kind
    preview
    createdAt
    lastUsedAt
  }
}
`;

const WHOSE = `# Whose row is this? (master key)
query Whose($id: ID!) {
  explainAccess(id: $id) {
    explanation
    resourceType
    deletedAt
    account {
      id
      slug
    }
    keys {
      id
      name
      preview
    }
  }
}
`;

const FAILED_RUNS = `# Runs that failed, newest first.
query FailedRuns($since: DateTime!) {
  runs(
    filter: { status: { equals: FAILED }, startedAt: { after: $since } }
    orderBy: { field: startedAt, direction: DESC }
    first: 50
  ) {
    nodes {
      id
      accountId
      agentId
      startedAt
      finishedAt
      error
    }
  }
}
`;

const tab = (query: string, variables: object = {}): Tab => ({ query, variables: JSON.stringify(variables, null, 2) });

/** `@today` and `@yesterday` are replaced by the start of that day (UTC) when the page is opened. */
export const TABS: readonly Tab[] = [
  tab(WELCOME),
  tab(FIND_ACCOUNT, { name: 'acme' }),
  tab(WHAT_CHANGED, { since: '@yesterday' }),
  tab(STALE_KEYS, { days: 90 }),
  tab(WHOSE, { id: '' }),
  tab(FAILED_RUNS, { since: '@today' }),
];
