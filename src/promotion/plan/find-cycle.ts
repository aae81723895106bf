/** Cycles in the links of an account. */

/** @returns the nodes of a cycle, from one of them back to it; null when there is none. */
export function findCycle(next: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  for (const start of next.keys()) {
    const path: { readonly node: string; readonly left: string[] }[] = [];
    const onPath = new Set<string>();
    const enter = (node: string): void => {
      path.push({ node, left: [...(next.get(node) ?? [])] });
      onPath.add(node);
    };
    if (!done.has(start)) enter(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const node = top.left.pop();
      if (node === undefined) {
        done.add(top.node);
        onPath.delete(top.node);
        path.pop();
      } else if (onPath.has(node)) {
        const nodes = path.map((step) => step.node);
        return [...nodes.slice(nodes.indexOf(node)), node];
      } else if (!done.has(node)) {
        enter(node);
      }
    }
  }
  return null;
}
