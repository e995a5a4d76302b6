/** Endings of the pictures that are read, without their dots; what is inside a file decides when it is read. */
export const imageExtensions: readonly string[] = [
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'jif', 'png', 'webp', 'gif', 'tif', 'tiff'],
  ...['bmp', 'dib', 'avif', 'heic', 'heif', 'hif'],
];
