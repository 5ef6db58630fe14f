/** Where a service worker serves the page, tiles are asked for by the page and not by the map's own worker: that one is
    out of the service worker's reach, and would find nothing without a network. */
import { addProtocol, type RequestTransformFunction } from "maplibre-gl";

const prefix = "page-";

/** How the map should ask; undefined where there is no service worker. */
export function throughPage(): RequestTransformFunction | undefined {
  if (!navigator.serviceWorker?.controller) return undefined;
  for (const scheme of ["http", "https"]) {
    addProtocol(`${prefix}${scheme}`, async ({ url }, { signal }) => {
      const answer = await fetch(url.slice(prefix.length), { signal });
      if (!answer.ok) throw new Error(`${url}: status ${answer.status}`);
      return { data: await answer.arrayBuffer() };
    });
  }
  return (url, kind) => ({ url: kind === "Tile" ? prefix + url : url });
}
