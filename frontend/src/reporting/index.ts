/** Reporting a fault: quick helps over a form that works without them. */
import { wireCategories } from "./categories";
import { Draft } from "./draft";
import { wireKnown } from "./known";
import { Photos } from "./photos";
import { Place } from "./place";

const form = document.querySelector<HTMLFormElement>("form[data-report]");
if (form) {
  // Where the browser keeps nothing, the form is what it is without a script.
  const draft = await Draft.begin(form).catch(() => undefined);
  const place = new Place(form);
  wireKnown(form);
  wireCategories();
  const photos = new Photos(form, place, () => void draft?.keep());
  if (draft) {
    draft.photos = () => photos.kept;
    draft.areHeld = () => photos.areHeld;
    draft.wire();
    await photos.restore(draft.keptPhotos);
  }
  form.dataset["ready"] = "yes";
}
