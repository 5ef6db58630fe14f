/** Reporting a fault: quick helps over a form that works without them. */
import { wireCategories } from "./categories";
import { wireKnown } from "./known";
import { wirePhotos } from "./photos";
import { Place } from "./place";

const form = document.querySelector<HTMLFormElement>("form[data-report]");
if (form) {
  const place = new Place(form);
  wireKnown(form);
  wireCategories();
  wirePhotos(form, place);
  keepTyped(form);
}

/** A phone may drop the page while another app is in front; what was typed is fetched again with it. */
function keepTyped(form: HTMLFormElement): void {
  let sent = false;
  form.addEventListener("submit", (event) => {
    // A second press would be a second report; coming back by the browser's button frees the form again.
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || sent) return;
    const typed = new FormData(form);
    typed.delete("photos");
    typed.set("keep", "1");
    navigator.sendBeacon(form.action, typed);
  });
}
