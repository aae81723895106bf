/** The tag by which a row carries the scope it was returned under: the directives and the database read the same one. */

/** The key of the tag; JSON omits it, spreading a row keeps it. */
export const SCOPE: unique symbol = Symbol('scope');
