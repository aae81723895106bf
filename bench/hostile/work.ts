/** Expensive work that an account can request repeatedly: plans, exports, crons, large answers that are not read. */
import { setTimeout as pause } from 'node:timers/promises';
import { repeat, times, type Attack } from './attack';
import type { Attacker, Body } from './attacker';

const LARGE_AGENTS = 60;
/** 13 MB in total; an answer may have 16. */
const TEXT = 'y'.repeat(100_000);
const WIDE = { text: 'x'.repeat(59_000) };
const LARGE_FIELDS = 'instruction config toolConfigs';
const HOLD_MS = 6_000;

const CREATE = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }';
const UPDATE = 'mutation ($id: ID!, $input: UpdateAgentInput!) { updateAgent(id: $id, input: $input) { id } }';
const LARGE_IDS = '{ agents(first: 100, filter: { name: { startsWith: "large" } }) { nodes { id } } }';
const ALL_LARGE = `{ agents(first: 100, filter: { name: { startsWith: "large" } }) { nodes { ${LARGE_FIELDS} } } }`;

/** Agents of 220 KB each. */
async function makeLargeAgents(attacker: Attacker): Promise<void> {
  const input = { type: 'LANGFLOW', instruction: TEXT, config: WIDE, toolConfigs: WIDE };
  for (const index of times(LARGE_AGENTS, (each) => each))
    await attacker.ask({ query: CREATE, variables: { input: { ...input, name: `large ${index}` } } });
}

const bundleOf = (rows: number): string =>
  JSON.stringify({
    schemaVersion: 1,
    tools: times(rows, (index) => ({ name: `tool of a bundle ${index}`, description: 'd', metadata: { n: index } })),
  });

const PLAN = 'planImport(bundle: $bundle) { hash }';
const EXPORT = 'exportConfiguration { yaml }';

const floods = (name: string, requests: number, connections: number, bodyOf: (attacker: Attacker) => Body): Attack => ({
  name,
  run: (attacker) => {
    const body = bodyOf(attacker);
    return attacker.flood(requests, connections, () => attacker.send(body));
  },
});

const crons = ['0 0 30 2 *', '0 0 31 2 *', '0 0 31 4,6,9,11 *', '59 23 31 2 *', '0 0 29 2 1'];

/** Opens connections that send requests and do not read. */
async function unread(attacker: Attacker, count: number, text: string): Promise<string[]> {
  const sockets = [];
  for (let index = 0; index < count; index += 1) sockets.push(await attacker.open(text));
  await pause(HOLD_MS);
  return sockets.map((socket) => (socket && !socket.destroyed ? 'held' : 'closed'));
}

/** Changes with large answers: a run of an agent with many sub-agents. */
async function startLargeRuns(attacker: Attacker, isRead: boolean): Promise<string[]> {
  const query = `mutation ($id: ID!) { startRun(agentId: $id) { agent { subAgents { ${LARGE_FIELDS} } } } }`;
  const body = { query, variables: { id: attacker.account.agentIds[0] } };
  return isRead ? attacker.flood(40, 40, () => attacker.send(body)) : unread(attacker, 100, attacker.text(body));
}

async function makeLargeFamily(attacker: Attacker): Promise<void> {
  await makeLargeAgents(attacker);
  const { agents } = await attacker.ask<{ agents: { nodes: { id: string }[] } }>({ query: LARGE_IDS });
  const subAgentIds = agents.nodes.map(({ id }) => id);
  await attacker.ask({ query: UPDATE, variables: { id: attacker.account.agentIds[0], input: { subAgentIds } } });
}

export const WORK: readonly Attack[] = [
  floods('a plan of 5,000 rows', 3, 1, () => ({
    query: `query ($bundle: String!) { ${PLAN} }`,
    variables: { bundle: bundleOf(5_000) },
  })),
  floods('20 plans in one request, 5 connections', 5, 5, () => ({
    query: `query ($bundle: String!) { ${repeat(20, (index) => `a${index}: ${PLAN}`)} }`,
    variables: { bundle: bundleOf(1_000) },
  })),
  floods('20 exports in one request, 5 connections', 10, 5, () => ({
    query: `{ ${repeat(20, (index) => `a${index}: ${EXPORT}`)} }`,
  })),
  floods('plans and exports at once, 10 connections', 20, 10, () => ({
    query: `query ($bundle: String!) { ${repeat(10, (index) => `a${index}: ${PLAN} b${index}: ${EXPORT}`)} }`,
    variables: { bundle: bundleOf(1_000) },
  })),
  floods('a bundle of 8 MB of brackets', 4, 2, () => ({
    query: `query ($bundle: String!) { ${PLAN} }`,
    variables: { bundle: `schemaVersion: 1\ntools: [\n${'] '.repeat(4_000_000)}` },
  })),
  floods('a bundle of 7 MB of escaped text', 4, 2, () => ({
    query: `query ($bundle: String!) { ${PLAN} }`,
    variables: { bundle: `schemaVersion: 1\ntools:\n- name: "${'\\u0041'.repeat(1_100_000)}"\n` },
  })),
  floods('a bundle of 450,000 parts', 4, 2, () => ({
    query: `query ($bundle: String!) { ${PLAN} }`,
    variables: { bundle: `schemaVersion: 1\ntools:\n- name: x\n  metadata: {a: [${'1,'.repeat(220_000)}1]}\n` },
  })),
  floods('20 schedules that are never due', 40, 8, (attacker) => ({
    query: `mutation ($id: ID!) { ${repeat(20, (index) => `a${index}: createSchedule(input: { agentId: $id, cron: "${crons[index % crons.length] ?? ''}" }) { id }`)} }`,
    variables: { id: attacker.account.agentIds[0] },
  })),
  floods('20 audit exports and verifications', 10, 5, () => ({
    query: `{ ${repeat(10, (index) => `a${index}: auditExport(first: 500) { lines } b${index}: verifyAudit { intact }`)} }`,
  })),
  floods('a schema of 9,000 lists', 10, 5, () => ({
    query: 'mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }',
    variables: { input: { name: 'lists', inputSchema: { enum: times(9_000, (index) => [index]) } } },
  })),
  floods('patterns that take for ever', 10, 5, () => ({
    query: 'mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }',
    variables: {
      input: {
        name: 'pattern',
        inputSchema: {
          type: 'string',
          pattern: '^(a+)+$',
          default: `${'a'.repeat(40)}!`,
          examples: [`${'a'.repeat(40)}!`],
        },
      },
    },
  })),
  {
    name: 'answers of 13 MB, read, 10 connections',
    prepare: makeLargeAgents,
    run: (attacker) => attacker.flood(30, 10, () => attacker.send({ query: ALL_LARGE })),
  },
  {
    name: 'answers of 13 MB, unread, 150 connections',
    prepare: makeLargeAgents,
    run: (attacker) => unread(attacker, 150, attacker.text({ query: ALL_LARGE }).repeat(3)),
  },
  {
    name: '40 changes at once with answers of 13 MB',
    prepare: makeLargeFamily,
    run: (attacker) => startLargeRuns(attacker, true),
  },
  {
    name: '100 changes at once with answers of 13 MB, unread',
    prepare: makeLargeFamily,
    run: (attacker) => startLargeRuns(attacker, false),
  },
];
