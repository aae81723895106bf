/** The frameworks that agents and tools are written for. */
import { registerEnumType } from 'type-graphql';

export const Framework = {
  LANGCHAIN: 'LANGCHAIN',
  LANGGRAPH: 'LANGGRAPH',
  GOOGLE_ADK: 'GOOGLE_ADK',
  LANGFLOW: 'LANGFLOW',
} as const;
export type Framework = keyof typeof Framework;

registerEnumType(Framework, { name: 'Framework', description: 'The framework that runs an agent or a tool.' });
