/** How a role connects to a replica: with its own user and password, which are the same there. */

/**
 * @param replica host, TLS and perhaps the database, without a user.
 * @param role the role's URL, of the primary.
 */
export function asRole(replica: string, role: string): string {
  const url = new URL(replica);
  const { username, password, pathname } = new URL(role);
  Object.assign(url, { username, password });
  if (url.pathname === '' || url.pathname === '/') url.pathname = pathname;
  return url.toString();
}
