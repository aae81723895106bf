/** The address of the gateway: the origin of this page, unless the page says otherwise. */

const meta = document.querySelector<HTMLMetaElement>('meta[name="portcullis-gateway"]');

/** An origin, or empty for the origin of the page. */
export const GATEWAY = (meta?.content ?? '').replace(/\/$/, '');
