/** Where the gateway is: at this page's own origin, unless the page that serves the console says otherwise. */

const meta = document.querySelector<HTMLMetaElement>('meta[name="portcullis-gateway"]');

/** An origin, or empty for the page's own. */
export const GATEWAY = (meta?.content ?? '').replace(/\/$/, '');
