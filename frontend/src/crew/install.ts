/** The page of an install link: adds the phone's position to the form where it is allowed. Without it the form works as well. */
const form = document.querySelector<HTMLFormElement>("[data-crew-install]");

if (form && "geolocation" in navigator) {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      field("longitude").value = String(coords.longitude);
      field("latitude").value = String(coords.latitude);
    },
    () => undefined, // refused or not available: the distance stays unknown
    { enableHighAccuracy: true, timeout: 15_000 },
  );
}

function field(name: string): HTMLInputElement {
  return form!.elements.namedItem(name) as HTMLInputElement;
}

export {};
