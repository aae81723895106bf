/**
 * @generated SignedSource<<57176b48865ebe0feee96ca8c82005ba>>
 * @lightSyntaxTransform
 */

'use strict';

var node = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "id"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "id",
        "variableName": "id"
      }
    ],
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
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayNodeQuery",
    "selections": (v1),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0),
    "kind": "Operation",
    "name": "relayNodeQuery",
    "selections": (v1)
  },
  "params": {
    "cacheID": "8b547e908452808c5297cc247060bb3a",
    "id": null,
    "metadata": {},
    "name": "relayNodeQuery",
    "operationKind": "query",
    "text": "query relayNodeQuery(\n  $id: ID!\n) {\n  node(id: $id) {\n    __typename\n    id\n  }\n}\n"
  }
};
})();

node.hash = "095c146da97eef7b6ede7d547f58a00b";

export default node;
