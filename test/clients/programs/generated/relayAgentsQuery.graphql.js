/**
 * @generated SignedSource<<7e7f3024114d14723928ed62488f5036>>
 * @lightSyntaxTransform
 */

'use strict';

var node = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "after"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "first"
},
v2 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
},
v3 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "name",
  "storageKey": null
},
v4 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "__typename",
  "storageKey": null
},
v5 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "cursor",
  "storageKey": null
},
v6 = {
  "alias": null,
  "args": null,
  "concreteType": "PageInfo",
  "kind": "LinkedField",
  "name": "pageInfo",
  "plural": false,
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "endCursor",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "hasNextPage",
      "storageKey": null
    }
  ],
  "storageKey": null
},
v7 = [
  {
    "kind": "Variable",
    "name": "after",
    "variableName": "after"
  },
  {
    "kind": "Variable",
    "name": "first",
    "variableName": "first"
  }
];
return {
  "fragment": {
    "argumentDefinitions": [
      (v0),
      (v1)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "relayAgentsQuery",
    "selections": [
      {
        "alias": "agents",
        "args": null,
        "concreteType": "AgentConnection",
        "kind": "LinkedField",
        "name": "__relay_agents_connection",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "concreteType": "AgentEdge",
            "kind": "LinkedField",
            "name": "edges",
            "plural": true,
            "selections": [
              {
                "alias": null,
                "args": null,
                "concreteType": "Agent",
                "kind": "LinkedField",
                "name": "node",
                "plural": false,
                "selections": [
                  (v2),
                  (v3),
                  {
                    "args": null,
                    "kind": "FragmentSpread",
                    "name": "relayRuns_agent"
                  },
                  (v4)
                ],
                "storageKey": null
              },
              (v5)
            ],
            "storageKey": null
          },
          (v6)
        ],
        "storageKey": null
      }
    ],
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v1),
      (v0)
    ],
    "kind": "Operation",
    "name": "relayAgentsQuery",
    "selections": [
      {
        "alias": null,
        "args": (v7),
        "concreteType": "AgentConnection",
        "kind": "LinkedField",
        "name": "agents",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "concreteType": "AgentEdge",
            "kind": "LinkedField",
            "name": "edges",
            "plural": true,
            "selections": [
              {
                "alias": null,
                "args": null,
                "concreteType": "Agent",
                "kind": "LinkedField",
                "name": "node",
                "plural": false,
                "selections": [
                  (v2),
                  (v3),
                  {
                    "alias": null,
                    "args": [
                      {
                        "kind": "Literal",
                        "name": "first",
                        "value": 1
                      }
                    ],
                    "concreteType": "Run",
                    "kind": "LinkedField",
                    "name": "runs",
                    "plural": true,
                    "selections": [
                      (v2),
                      {
                        "alias": null,
                        "args": null,
                        "kind": "ScalarField",
                        "name": "status",
                        "storageKey": null
                      }
                    ],
                    "storageKey": "runs(first:1)"
                  },
                  (v4)
                ],
                "storageKey": null
              },
              (v5)
            ],
            "storageKey": null
          },
          (v6)
        ],
        "storageKey": null
      },
      {
        "alias": null,
        "args": (v7),
        "filters": null,
        "handle": "connection",
        "key": "relay_agents",
        "kind": "LinkedHandle",
        "name": "agents"
      }
    ]
  },
  "params": {
    "cacheID": "64bffdaedef26c1c967826de633c4a7c",
    "id": null,
    "metadata": {
      "connection": [
        {
          "count": "first",
          "cursor": "after",
          "direction": "forward",
          "path": [
            "agents"
          ]
        }
      ]
    },
    "name": "relayAgentsQuery",
    "operationKind": "query",
    "text": "query relayAgentsQuery(\n  $first: Int!\n  $after: String\n) {\n  agents(first: $first, after: $after) {\n    edges {\n      node {\n        id\n        name\n        ...relayRuns_agent\n        __typename\n      }\n      cursor\n    }\n    pageInfo {\n      endCursor\n      hasNextPage\n    }\n  }\n}\n\nfragment relayRuns_agent on Agent {\n  runs(first: 1) {\n    id\n    status\n  }\n  id\n}\n"
  }
};
})();

node.hash = "e78f13da57a4a8bdfa9adf97eda52c19";

export default node;
