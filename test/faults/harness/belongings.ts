/** What a writer knows about its rows: nobody else changes them, and rows in an uncertain state are not used again. */
import type { Random } from './random';

export interface Tool {
  readonly id: string;
  readonly name: string;
  version: number;
  agents: readonly Agent[];
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly tools: readonly Tool[];
}

/** A run that has started, or a key. */
export interface Row {
  readonly id: string;
  readonly version: number;
}

/** More would only make answers longer. */
const MAX_TOOLS = 12;
const MAX_AGENTS = 8;

export class Belongings {
  tools: Tool[] = [];
  agents: Agent[] = [];
  runs: Row[] = [];
  key: Row | null = null;

  constructor(readonly random: Random) {}

  addTool(tool: Tool): void {
    this.tools.push(tool);
    if (this.tools.length > MAX_TOOLS) this.tools.shift();
  }

  addAgent(agent: Agent): void {
    for (const tool of agent.tools) tool.agents = [...tool.agents, agent];
    this.agents.push(agent);
    if (this.agents.length > MAX_AGENTS) this.agents.shift();
  }

  leaveTools(tools: readonly Tool[]): void {
    this.tools = this.tools.filter((tool) => !tools.includes(tool));
  }

  leaveRun(run: Row): void {
    this.runs = this.runs.filter((other) => other !== run);
  }
}
