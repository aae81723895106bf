/**
 * @generated SignedSource<<992df9ea14c6e0752c4775eaa2ca86b5>>
 * @lightSyntaxTransform
 */

'use strict';

import relayRunsRefetchQuery_graphql from './relayRunsRefetchQuery.graphql';

var node = (function(){
var v0 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
};
return {
  "argumentDefinitions": [
    {
      "defaultValue": 1,
      "kind": "LocalArgument",
      "name": "count"
    }
  ],
  "kind": "Fragment",
  "metadata": {
    "refetch": {
      "connection": null,
      "fragmentPathInResult": [
        "node"
      ],
      "operation": relayRunsRefetchQuery_graphql,
      "identifierInfo": {
        "identifierField": "id",
        "identifierQueryVariableName": "id"
      }
    }
  },
  "name": "relayRuns_agent",
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
        (v0),
        {
          "alias": null,
          "args": null,
          "kind": "ScalarField",
          "name": "status",
          "storageKey": null
        }
      ],
      "storageKey": null
    },
    (v0)
  ],
  "type": "Agent",
  "abstractKey": null
};
})();

node.hash = "51ceb71ce6a0e29d70f22c99717d619a";

export default node;
