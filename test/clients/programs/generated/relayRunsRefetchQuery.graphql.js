/**
 * @generated SignedSource<<858b5316dc63fd6b3b2d6c692ef506da>>
 * @lightSyntaxTransform
 */

'use strict';

var node = (function(){
var v0 = [
  {
    "defaultValue": 1,
    "kind": "LocalArgument",
    "name": "count"
  },
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "id"
  }
],
v1 = [
  {
    "kind": "Variable",
    "name": "id",
    "variableName": "id"
  }
],
v2 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
};
return {
  "fragment": {
    "argumentDefinitions": (v0),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayRunsRefetchQuery",
    "selections": [
      {
        "alias": null,
        "args": (v1),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "node",
        "plural": false,
        "selections": [
          {
            "args": [
              {
                "kind": "Variable",
                "name": "count",
                "variableName": "count"
              }
            ],
            "kind": "FragmentSpread",
            "name": "relayRuns_agent"
          }
        ],
        "storageKey": null
      }
    ],
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0),
    "kind": "Operation",
    "name": "relayRunsRefetchQuery",
    "selections": [
      {
        "alias": null,
        "args": (v1),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "node",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "__typename",
            "storageKey": null
          },
          (v2),
          {
            "kind": "InlineFragment",
            "selections": [
              {
                "alias": null,
                "args": [
                  {
                    "kind": "Variable",
                    "name": "first",
                    "variableName": "count"
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
                "storageKey": null
              }
            ],
            "type": "Agent",
            "abstractKey": null
          }
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "48ca1c5d5956b83c0e3b5ce1368f57a4",
    "id": null,
    "metadata": {},
    "name": "relayRunsRefetchQuery",
    "operationKind": "query",
    "text": "query relayRunsRefetchQuery(\n  $count: Int = 1\n  $id: ID!\n) {\n  node(id: $id) {\n    __typename\n    ...relayRuns_agent_yu5n1\n    id\n  }\n}\n\nfragment relayRuns_agent_yu5n1 on Agent {\n  runs(first: $count) {\n    id\n    status\n  }\n  id\n}\n"
  }
};
})();

node.hash = "51ceb71ce6a0e29d70f22c99717d619a";

export default node;
