/** Files in the export format of GL AIP become bundles; fields without an equivalent are reported and kept without effect. */
import { convert } from './gl-aip';

it('an agent is read with its fields, model and references, and with a report', () => {
  const converted = convert({
    id: '3f2b9a34-8f0e-4a3a-9a8e-5f1f0f7f5a11',
    name: 'weather-helper',
    instruction: 'You tell the weather.',
    type: 'config',
    framework: 'langchain',
    model: 'openai/gpt-4o-mini',
    tools: [
      { id: '0b8f7c1e-4b43-4a7f-9e1b-2a4f6e0c9d21', name: 'weather_api', description: 'Forecasts' },
      '0b8f7c1e-4b43-4a7f-9e1b-2a4f6e0c9d22',
    ],
    mcps: ['maps'],
    tool_configs: { weather_api: { unit: 'celsius' } },
    agent_config: { memory: 'mem0' },
    timeout: 300,
    metadata: { owner: { team: 'ops' } },
  });
  expect(converted?.bundle).toEqual({
    schemaVersion: 1,
    agents: [
      {
        name: 'weather-helper',
        instruction: 'You tell the weather.',
        type: 'CONFIG',
        framework: 'LANGCHAIN',
        model: { provider: 'openai', name: 'gpt-4o-mini' },
        config: { memory: 'mem0' },
        toolConfigs: { weather_api: { unit: 'celsius' } },
        tools: ['weather_api'],
        mcpServers: ['maps'],
        metadata: { owner: { team: 'ops' }, imported: { timeout: 300 } },
      },
    ],
  });
  expect(converted?.remarks).toEqual([
    { path: ['tools', 1], message: expect.stringMatching(/^"0b8f7c1e-.*" is an id of another platform/) },
    { path: ['tools'], message: expect.stringContaining('contains descriptions') },
    { path: ['id'], message: 'is managed by the platform; left out.' },
    { path: ['timeout'], message: expect.stringContaining('kept under metadata.imported') },
  ]);
});

it('every path of the bundle leads back to its position in the file', () => {
  const converted = convert({
    name: 'a',
    model_name: 'gpt',
    provider: 'openai',
    tools: ['z', { id: 'b', name: 'b' }],
    tool_configs: { z: { deep: 1 } },
    mcps: ['m'],
    left: { over: 1 },
  });
  const placeOf = (...path: (string | number)[]): unknown => converted?.placeOf(['agents', 0, ...path]);
  expect([placeOf('model', 'name'), placeOf('model', 'provider')]).toEqual([['model_name'], ['provider']]);
  // Names are sorted in between.
  expect([placeOf('tools', 0), placeOf('tools', 1)]).toEqual([
    ['tools', 1, 'name'],
    ['tools', 0],
  ]);
  expect(placeOf('toolConfigs', 'z', 'deep')).toEqual(['tool_configs', 'z', 'deep']);
  expect(placeOf('metadata', 'imported', 'left', 'over')).toEqual(['left', 'over']);
  expect(placeOf('a2aProfile', 'url')).toEqual(['a2a_profile', 'url']);
  expect(placeOf()).toEqual([]);
});

it('fields that are too large for metadata are left out and reported', () => {
  const converted = convert({ name: 'calc', tool_type: 'custom', tool_script: 'x'.repeat(20_000), icon: 'i' });
  expect(converted?.bundle.tools).toMatchObject([{ metadata: { imported: { icon: 'i' } } }]);
  expect(converted?.remarks).toContainEqual({ path: ['tool_script'], message: expect.stringContaining('too large') });
});

it('an MCP server is read without its secret, which the plan then lists', () => {
  const given = { type: 'bearer-token', token: '<INSERT VALUE>' };
  const converted = convert({
    name: 'github',
    transport: 'http',
    config: { url: 'https://m.example' },
    authentication: given,
  });
  expect(converted?.bundle.mcpServers).toEqual([
    {
      name: 'github',
      transport: 'HTTP',
      config: { url: 'https://m.example' },
      authentication: { type: 'BEARER_TOKEN', token: '${secret:GITHUB_TOKEN}' },
      metadata: {},
    },
  ]);
  const custom = { type: 'api-key', key: 'X-Weather-Key', value: 'hunter2' };
  const other = convert({ name: 'weather', transport: 'sse', config: {}, authentication: custom });
  expect(JSON.stringify(other)).not.toContain('hunter2');
  expect(JSON.stringify(other)).toContain(
    '"headers":[{"name":"X-Weather-Key","value":"${secret:WEATHER__X_WEATHER_KEY}"}]',
  );
});

it('a tool is read, and other files are not mistaken for one', () => {
  expect(convert({ name: 'calc', tool_type: 'custom', framework: 'langchain', tags: 'a, b' })?.bundle.tools).toEqual([
    { name: 'calc', type: 'CUSTOM', framework: 'LANGCHAIN', tags: ['a', 'b'], metadata: {} },
  ]);
  expect(convert({ name: 'x' })).toBeNull();
  expect(convert({ tools: [] })).toBeNull();
});
