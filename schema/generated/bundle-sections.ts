/** The sections of bundles, parents first: `npm run schema`. */
export const BUNDLE_SECTIONS = [
  {
    "name": "agents",
    "type": "Agent",
    "isNamed": true,
    "parents": [],
    "links": [
      {
        "field": "tools",
        "target": "Tool"
      },
      {
        "field": "mcpServers",
        "target": "McpServer"
      },
      {
        "field": "subAgents",
        "target": "Agent"
      }
    ]
  },
  {
    "name": "tools",
    "type": "Tool",
    "isNamed": true,
    "parents": [],
    "links": []
  },
  {
    "name": "mcpServers",
    "type": "McpServer",
    "isNamed": true,
    "parents": [],
    "links": []
  },
  {
    "name": "schedules",
    "type": "Schedule",
    "isNamed": false,
    "parents": [
      {
        "field": "agent",
        "target": "Agent"
      }
    ],
    "links": []
  },
  {
    "name": "customRoles",
    "type": "CustomRole",
    "isNamed": true,
    "parents": [],
    "links": []
  },
  {
    "name": "webhooks",
    "type": "Webhook",
    "isNamed": true,
    "parents": [],
    "links": []
  }
];
