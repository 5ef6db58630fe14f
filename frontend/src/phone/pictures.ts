/** A photo as it is kept and sent: smaller, and without the position a phone writes into its photos. */
export async function smaller(photo: Blob, longest = 2000): Promise<Blob> {
  const image = await createImageBitmap(photo);
  const share = Math.min(1, longest / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * share);
  canvas.height = Math.round(image.height * share);
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (made) => (made ? resolve(made) : reject(new Error("the photo cannot be drawn"))),
      "image/jpeg",
      0.85,
    );
  });
}
