/** agents, tools, mcp-servers, schedules and runs: the rows of each, filtered as the API filters them. */
import type { Command } from 'commander';
import {
  AgentsPageDocument,
  McpServersPageDocument,
  RunsPageDocument,
  SchedulesPageDocument,
  ToolsPageDocument,
} from '../../../schema/generated/operations';
import type { GatewayClient } from '../gateway/client';
import { PAGE, type Page } from '../gateway/pages';
import { accountIdOf, openSession } from '../gateway/session';
import { jsonObjectText } from '../input/json-object';
import type { Cells } from '../output/print';
import { command, group, withAccount, type Common } from './command';
import { listRows } from './list';

interface Options extends Common {
  readonly account?: string;
  readonly filter?: string;
}

/** Options of every page. */
interface PageVariables {
  readonly accountId?: string;
  readonly first: number;
  readonly after: string | null;
  /** Checked by the gateway, which knows the conditions of each list. */
  readonly filter?: object;
}

interface Listed<Row> {
  readonly name: string;
  /** The plural, for people. */
  readonly noun: string;
  readonly filterType: string;
  readonly exampleFilter: string;
  readonly read: (client: GatewayClient, variables: PageVariables) => Promise<Page<Row>>;
  readonly head: readonly string[];
  readonly cells: (row: Row) => Cells;
}

function resourceGroup<Row extends { readonly accountId: string }>({
  name,
  noun,
  filterType,
  exampleFilter,
  read,
  head,
  cells,
}: Listed<Row>): Command {
  const list = withAccount(
    command('list', `List the ${noun}, in the order of their creation.`, [
      `${name} list --profile dev`,
      `${name} list --filter '${exampleFilter}' --profile dev`,
      `${name} list --profile ops --json | jq .id`,
    ]),
  )
    .option(
      '--filter <json>',
      `only rows that match: ${filterType} of the API as JSON, or @file; @- for standard input`,
    )
    .action(async (options: Options) => {
      const { filter: given } = options;
      const filter = given === undefined ? undefined : (JSON.parse(await jsonObjectText('--filter', given)) as object);
      const session = await openSession(options);
      const accountId = await accountIdOf(session, options);
      const readPage = (after: string | null): Promise<Page<Row>> =>
        read(session.client, { accountId, first: PAGE, after, filter });
      await listRows(session, { accountId, readPage, asJson: options.json, head, cells });
    });
  return group(name, `The ${noun} of an account.`, [list]);
}

export const RESOURCE_GROUPS: readonly Command[] = [
  resourceGroup({
    name: 'agents',
    noun: 'agents',
    filterType: 'AgentFilter',
    exampleFilter: '{"name": {"contains": "desk"}}',
    read: async (client, variables) => (await client.ask(AgentsPageDocument, variables)).agents,
    head: ['name', 'type', 'framework', 'model', 'id'],
    cells: ({ name, type, framework, model, id }) => [
      name,
      type,
      framework,
      model ? `${model.provider}/${model.name}` : '',
      id,
    ],
  }),
  resourceGroup({
    name: 'tools',
    noun: 'tools',
    filterType: 'ToolFilter',
    exampleFilter: '{"type": {"equals": "CUSTOM"}}',
    read: async (client, variables) => (await client.ask(ToolsPageDocument, variables)).tools,
    head: ['name', 'type', 'framework', 'tags', 'id'],
    cells: ({ name, type, framework, tags, id }) => [name, type, framework ?? '', tags.join(' '), id],
  }),
  resourceGroup({
    name: 'mcp-servers',
    noun: 'MCP servers',
    filterType: 'McpServerFilter',
    exampleFilter: '{"transport": {"equals": "SSE"}}',
    read: async (client, variables) => (await client.ask(McpServersPageDocument, variables)).mcpServers,
    head: ['name', 'transport', 'id'],
    cells: ({ name, transport, id }) => [name, transport, id],
  }),
  resourceGroup({
    name: 'schedules',
    noun: 'schedules',
    filterType: 'ScheduleFilter',
    exampleFilter: '{"enabled": {"equals": false}}',
    read: async (client, variables) => (await client.ask(SchedulesPageDocument, variables)).schedules,
    head: ['agent', 'cron', 'zone', 'enabled', 'next run', 'id'],
    cells: ({ agent, cron, timezone, enabled, nextRunAt, id }) => [
      agent?.name ?? '',
      cron,
      timezone,
      enabled ? 'yes' : 'no',
      nextRunAt ?? 'none',
      id,
    ],
  }),
  resourceGroup({
    name: 'runs',
    noun: 'runs',
    filterType: 'RunFilter',
    exampleFilter: '{"status": {"equals": "FAILED"}}',
    read: async (client, variables) => (await client.ask(RunsPageDocument, variables)).runs,
    head: ['agent', 'status', 'trigger', 'started', 'finished', 'id'],
    cells: ({ agent, status, trigger, startedAt, finishedAt, id }) => [
      agent?.name ?? '',
      status,
      trigger,
      startedAt,
      finishedAt ?? '',
      id,
    ],
  }),
];
