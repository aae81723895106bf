/** The tabs that GraphiQL opens with: who one is, and the five questions that operators ask most. */

export interface Tab {
  readonly query: string;
  /** JSON text. */
  readonly variables: string;
}

const WELCOME = `# Welcome to Portcullis.
#
# 1. Put your key under Headers, below. With a
#    master key, say there why you look: it
#    goes on the record. Both are forgotten
#    when you close the page.
# 2. Press Ctrl+Enter to run the operation.
# 3. Press the round arrows, on the left, to
#    load the documentation.

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

const STALE_KEYS = `# Keys that nobody used for so many days.
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

const DAY = 86_400_000;

/** @param today the start of the day, UTC; milliseconds since 1970. */
export function tabsOf(today: number): Tab[] {
  const tab = (query: string, variables: object = {}): Tab => ({
    query,
    variables: JSON.stringify(variables, null, 2),
  });
  return [
    tab(WELCOME),
    tab(FIND_ACCOUNT, { name: 'acme' }),
    tab(WHAT_CHANGED, { since: new Date(today - DAY).toISOString() }),
    tab(STALE_KEYS, { days: 90 }),
    tab(WHOSE, { id: '' }),
    tab(FAILED_RUNS, { since: new Date(today).toISOString() }),
  ];
}

/** The start of the day that it is now, UTC. */
export const startOfToday = (): number => Math.floor(Date.now() / DAY) * DAY;
